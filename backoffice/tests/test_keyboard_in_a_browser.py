"""Everyday work by keyboard alone: sell, hold seats, change a price, cancel, move, cash up."""

import re

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.models import Allocation, Order
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from finance.models import TillSession
from finance.tests.factories import with_till
from payments.models import Refund
from shows.models import PriceCategory

pytestmark = pytest.mark.django_db(transaction=True)

# More stops on the way than this are a detour.
MOST_STOPS = 30
FOCUS = """element => [
    document.activeElement === element, document.activeElement === document.body]"""


class Keyboard:
    """A member of staff who has no mouse."""

    def __init__(self, page):
        self.page, self.press, self.type = page, page.keyboard.press, page.keyboard.type

    def tab_to(self, target):
        """Press the Tab key until the element has the focus, which must always be somewhere."""
        for _stop in range(MOST_STOPS):
            self.press("Tab")
            is_reached, is_lost = target.evaluate(FOCUS)
            assert not is_lost
            if is_reached:
                return
        pytest.fail(f"{target} is not reached within {MOST_STOPS} stops.")

    def press_on(self, role, name):
        self.tab_to(self.page.get_by_role(role, name=name, exact=isinstance(name, str)).first)
        self.press("Enter")

    def skip_to(self, part):
        """Skip the sidebar by a link that is one of the first stops of the page.

        A page that follows on a form begins where the link of the form's page has led.
        """
        self.page.wait_for_load_state()
        if not self.page.url.endswith(f"#{part}"):
            self.press_on("link", f"Skip to {part}")

    def fill(self, label, text):
        self.tab_to(self.page.get_by_label(label))
        self.press("Control+a")
        self.type(text)

    def select_seats(self, *moves):
        """Select seats of the map: each is reached from the one before, first from A1, by a key."""
        seats = self.page.locator("[data-label]")
        self.tab_to(seats.first)
        for key, label in moves:
            self.press(key)
            seat = self.page.locator(f"[data-label$=', {label}']")
            expect(seat).to_be_focused()
            self.press("Space")
            expect(seat).to_be_checked()

    def choose_action(self, name):
        """Choose from the menu “Actions”, whose items the arrow keys reach."""
        self.skip_to("actions")
        self.press_on("button", "Actions")
        link = self.page.get_by_role("link", name=name)
        expect(link).to_be_visible()
        expect(self.page.locator("nav[x-show] a:focus")).to_have_count(1)
        while not link.evaluate("element => element === document.activeElement"):
            self.press("ArrowDown")
        self.press("Enter")


@pytest.fixture
def performance():
    return make_sale()


@pytest.fixture
def keyboard(browser_context, live_server, performance):
    """Return the keyboard of a manager, on the page of the performance."""
    page = browser_context(base_url=live_server.url).new_page()
    path = f"/admin/shows/performance/{performance.pk}/change/"
    browser.log_in(page, email=make_staff(Role.MANAGER).email, path=path)
    return Keyboard(page)


@pytest.fixture
def clerk(browser_context, live_server):
    """Return the keyboard of the box office, whose till is open, on its page."""
    page = browser_context(base_url=live_server.url).new_page()
    user = with_till(make_staff(Role.BOX_OFFICE))
    browser.log_in(page, email=user.email, path="/till/")
    return Keyboard(page)


def test_a_sale_a_hold_and_a_price_by_keyboard_alone(keyboard, performance):
    page, path = keyboard.page, keyboard.page.url
    sell_for_nothing(keyboard)
    order = Order.objects.get()
    assert (order.status, order.total, order.quantity) == ("paid", 0, 2)
    page.goto(path)
    hold_seats(keyboard)
    assert Allocation.objects.get().places.count() == 2
    page.goto(path)
    change_price(keyboard)
    assert PriceCategory.objects.get(performance=performance).price == 49


def test_a_refund_a_move_and_a_cash_up_by_keyboard_alone(clerk, performance):
    order = make_paid_order(hold=make_hold(performance=performance))
    cash_up(clerk)
    session = TillSession.objects.get()
    assert (session.counted, session.is_open) == (100, False)
    path = f"/admin/bookings/order/{order.pk}/change/"
    clerk.page.goto(path)
    cancel_a_ticket(clerk)
    assert (Refund.objects.get().amount, order.tickets.valid().count()) == (45, 1)
    clerk.page.goto(path)
    move_a_ticket(clerk)
    assert [ticket.label for ticket in order.tickets.valid()] == ["Stalls, row B, seat 1"]


def sell_for_nothing(keyboard):
    page = keyboard.page
    keyboard.skip_to("actions")
    keyboard.press_on("link", re.compile("Sell tickets"))
    expect(page.get_by_role("heading", name="Sell tickets")).to_be_visible()
    keyboard.skip_to("content")
    keyboard.select_seats(("ArrowRight", "row A, seat 2"), ("ArrowDown", "row B, seat 2"))
    keyboard.press_on("button", "Continue")
    expect(page.get_by_role("heading", name="Total: €90")).to_be_visible()
    keyboard.skip_to("content")
    keyboard.tab_to(page.locator("[name=method]").first)
    while not page.get_by_label("Complimentary").is_checked():
        keyboard.press("ArrowDown")
    keyboard.fill("Reason", "Birthday.")
    keyboard.press_on("button", "Issue tickets")
    expect(page.get_by_role("heading", name="Sold: €0")).to_be_visible()


def hold_seats(keyboard):
    page = keyboard.page
    keyboard.skip_to("actions")
    keyboard.press_on("link", re.compile("Seat map"))
    expect(page.get_by_role("button", name="Hold seats")).to_be_visible()
    keyboard.skip_to("content")
    keyboard.select_seats(("ArrowDown", "row B, seat 1"), ("ArrowDown", "row C, seat 1"))
    keyboard.press_on("button", "Hold seats")
    expect(page.get_by_role("heading", name="Hold these seats?")).to_be_visible()
    keyboard.skip_to("content")
    keyboard.fill("Hold name", "Promoter")
    keyboard.fill("Reason", "Guests.")
    keyboard.press("Enter")
    expect(page.get_by_text("2 seats changed.")).to_be_visible()


def change_price(keyboard):
    page = keyboard.page
    keyboard.choose_action("Change prices")
    expect(page.get_by_role("heading", name=re.compile("^Change prices"))).to_be_visible()
    keyboard.skip_to("content")
    keyboard.tab_to(page.locator("[name=categories]").first)
    keyboard.press("Space")
    keyboard.fill("Amount or percentage", "49")
    keyboard.fill("Reason", "It sells well.")
    keyboard.press_on("button", "Preview")
    expect(page.get_by_label("Preview of the changes")).to_contain_text("€49")
    keyboard.skip_to("content")
    keyboard.press_on("button", "Change prices")
    expect(page.get_by_text("1 price changed.")).to_be_visible()


def cancel_a_ticket(keyboard):
    page = keyboard.page
    keyboard.choose_action("Cancel tickets")
    expect(page.get_by_role("heading", name=re.compile("^Cancel tickets"))).to_be_visible()
    keyboard.skip_to("content")
    keyboard.tab_to(page.locator("[name=tickets]").first)
    keyboard.press("Space")
    keyboard.tab_to(page.locator("[name=refund]").first)
    keyboard.press("Space")
    keyboard.fill("Reason", "Ill.")
    keyboard.press_on("button", "Cancel tickets")
    expect(page.get_by_text("Tickets cancelled. The customer")).to_be_visible()


def move_a_ticket(keyboard):
    page = keyboard.page
    keyboard.choose_action("Move to other seats")
    expect(page.get_by_role("heading", name="New seats")).to_be_visible()
    keyboard.skip_to("content")
    keyboard.select_seats(("ArrowDown", "row B, seat 1"))
    keyboard.fill("Reason", "A pillar.")
    keyboard.press_on("button", "Move")
    expect(page.get_by_text("Tickets moved. The price")).to_be_visible()


def cash_up(keyboard):
    page = keyboard.page
    keyboard.press_on("link", "Cash up")
    expect(page.get_by_role("heading", name="Cash up")).to_be_visible()
    keyboard.fill("€100", "1")
    keyboard.press("Enter")
    expect(page.get_by_text("No difference")).to_be_visible()
    keyboard.press_on("button", "Close till")
    expect(page.get_by_role("heading", name=re.compile("^Cash-up:"))).to_be_visible()
