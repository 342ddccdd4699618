"""Sell at the counter and by phone in a browser, with the clicks counted."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.ledger.audit import audit
from bookings.models import Allocation, Order, Place
from bookings.staff_operations.allocations import allocate_places
from bookings.tests.factories import make_paid_order, make_sale, seated, standing
from core.testing.clicks import within_aim
from core.testing.page_faults import faults_of
from finance.till.sessions import open_till
from organisation.tests.factories import make_seller
from shows.tests.factories import make_concession

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    return make_sale()


@pytest.fixture
def clerk(browser_context, live_server, performance):
    """Return a page of box office staff, on the page of the performance."""
    page = browser_context(base_url=live_server.url).new_page()
    return log_in(page, live_server, performance)


def log_in(page, live_server, performance, role=Role.BOX_OFFICE):
    url = f"/admin/shows/performance/{performance.pk}/change/"
    page.staff = make_staff(role)
    browser.log_in(page, email=page.staff.email, path=url)
    return page


def own_faults_of(page):
    """Return the faults of the page's own content, without the theme's menus around it."""
    page.evaluate(
        "document.querySelectorAll('#page > :not(#main), #main > :not(:has(main))')"
        ".forEach((element) => element.remove())"
    )
    return faults_of(page)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def seat(page, label):
    return page.locator(
        ".seat-map-seat", has=page.get_by_label(f"Stalls, row {label[0]}, seat {label[1]},")
    )


def sell_tickets(page):
    page.get_by_role("link", name=re.compile("Sell tickets")).first.click()


def test_a_phone_order_of_named_seats_is_paid_by_a_link(clerk, performance):
    earlier = make_paid_order(performance=performance, labels=["A1"])
    with within_aim(clerk, 1):
        sell_tickets(clerk)
        clerk.get_by_label("by phone").check()
        seat(clerk, "B3").click()
        seat(clerk, "B4").click()
        expect(clerk.locator("[data-selected]")).to_contain_text("2: Stalls, row B, seat 3")
        button(clerk, "Continue").click()
        expect(clerk.get_by_role("heading", name="Total: €90")).to_be_visible()
        expect(clerk.get_by_label("Name", exact=True)).to_have_value("")
        expect(clerk.get_by_label("E-mail address", exact=True)).to_have_value("")
        clerk.get_by_label("Name", exact=True).press_sequentially("rch")
        clerk.get_by_role("option", name="Alice Archer").click()
        expect(clerk.get_by_label("E-mail address", exact=True)).to_have_value(earlier.email)
        clerk.get_by_label("Link by e-mail").check()
        button(clerk, "Sell for €90").click()
        expect(
            clerk.get_by_text(f"We've e-mailed the link to pay to {earlier.email}.")
        ).to_be_visible()
    order = Order.objects.exclude(pk=earlier.pk).get()
    assert (order.status, order.pays_by_link, order.channel, order.quantity) == (
        "reserved",
        True,
        "phone",
        2,
    )
    assert (order.name, order.email, order.user) == ("Alice Archer", earlier.email, None)
    assert audit() == []


def test_the_best_seats_that_are_paid_already(clerk, performance):
    with within_aim(clerk, 2):
        sell_tickets(clerk)
        clerk.get_by_label("Number").fill("3")
        button(clerk, "Find best seats").click()
        clerk.get_by_label("Name", exact=True).fill("Bob Baker")
        clerk.get_by_label("E-mail address", exact=True).fill("bob@example.org")
        clerk.get_by_label("Card terminal").check()
        button(clerk, "Sell for €135").click()
        expect(clerk.get_by_role("heading", name="Sold: €135")).to_be_visible()
    order = Order.objects.get()
    assert (order.status, order.quantity, order.email) == ("paid", 3, "bob@example.org")


def test_cash_with_change_and_concessions(clerk, performance):
    make_concession(performance=performance, name="Student", value=50)
    open_till(cashier=clerk.staff, till="1", currency="EUR", opening_float=100)
    sell_tickets(clerk)
    seat(clerk, "A1").click()
    seat(clerk, "A2").click()
    button(clerk, "Continue").click()
    clerk.get_by_label("Concession for Stalls, row A, seat 1").select_option(
        label="Student, €22.50"
    )
    expect(clerk.get_by_role("heading", name="Total: €67.50")).to_be_visible()
    expect(clerk.get_by_label("Concession for Stalls, row A, seat 1")).to_be_focused()
    clerk.get_by_label("Cash", exact=True).check()
    clerk.get_by_label("Cash received").fill("70")
    expect(clerk.locator("[data-change]")).to_contain_text("2.50")
    button(clerk, "Sell for €67.50").click()
    expect(clerk.get_by_text("Change: €2.50")).to_be_visible()
    assert Order.objects.get().total == 67.5
    link = clerk.get_by_role("link", name="Print tickets (PDF)").get_attribute("href")
    assert clerk.request.get(link).body().startswith(b"%PDF")


def test_seats_of_a_guest_hold_are_sold(clerk, performance):
    places = Place.objects.filter(seat__row="A", seat__number__in=["1", "2"])
    held = allocate_places(
        performance=performance,
        place_ids=[place.pk for place in places],
        name="Promoter",
        actor="test",
    )
    clerk.goto(f"/admin/bookings/allocation/{held.pk}/change/")
    with within_aim(clerk, 4):
        clerk.get_by_role("link", name=re.compile("Sell seats")).click()
        expect(clerk.locator("input[name=_selected_action]:checked")).to_have_count(0)
        seat(clerk, "A1").click()
        button(clerk, "Continue").click()
        clerk.get_by_label("Name", exact=True).fill("Petra Promoter")
        clerk.get_by_label("Card terminal").check()
        button(clerk, "Sell for €45").click()
        expect(clerk.get_by_role("heading", name="Sold: €45")).to_be_visible()
    assert Allocation.objects.get().places.count() == 1
    assert audit() == []


def test_comps_from_the_seat_map(clerk, performance):
    with within_aim(clerk, 5):
        clerk.get_by_role("link", name=re.compile("Seat map")).first.click()
        seat(clerk, "C1").click()
        seat(clerk, "C2").click()
        button(clerk, "Issue complimentary tickets").click()
        clerk.get_by_label("Name").fill("Paula Press")
        clerk.get_by_label("Reason").fill("Review.")
        button(clerk, "Issue tickets").click()
        expect(clerk.get_by_text("Complimentary tickets issued.")).to_be_visible()
    order = Order.objects.get()
    assert (order.status, order.total, order.quantity, order.name) == ("paid", 0, 2, "Paula Press")


def test_seats_are_held_for_guests_until_a_date(clerk, performance):
    with within_aim(clerk, 3):
        clerk.get_by_role("link", name=re.compile("Seat map")).first.click()
        seat(clerk, "C1").click()
        seat(clerk, "C2").click()
        button(clerk, "Hold seats").click()
        clerk.get_by_label("Hold name").fill("Press")
        day = timezone.localdate() + timedelta(days=2)
        clerk.locator("input[name=release_at_0]").fill(f"{day:%Y-%m-%d}")
        clerk.locator("input[name=release_at_1]").fill("12:00")
        clerk.get_by_label("Reason").fill("Guests.")
        button(clerk, "Hold seats").click()
        expect(clerk.get_by_text("2 seats changed.")).to_be_visible()
    held = Allocation.objects.get()
    assert (held.name, held.places.count()) == ("Press", 2)
    assert held.release_at is not None


def test_a_manager_blocks_seats(browser_context, live_server, performance):
    page = browser_context(base_url=live_server.url).new_page()
    manager = log_in(page, live_server, performance, Role.MANAGER)
    seats = ["D1", "D2"]
    with within_aim(manager, 6):
        manager.get_by_role("link", name=re.compile("Seat map")).first.click()
        for label in seats:
            seat(manager, label).click()
        button(manager, "Block").click()
        manager.get_by_label("Reason").fill("Camera.")
        button(manager, "Block seats").click()
        expect(manager.get_by_text("2 seats changed.")).to_be_visible()
    assert performance.places.blocked().count() == 2


def test_a_group_on_invoice(browser_context, live_server):
    seller = make_seller(iban="DE02120300000000202051")
    performance = make_sale(sections=[seated(), standing(capacity=60)])
    performance.show.seller = seller
    performance.show.save()
    clerk = log_in(browser_context(base_url=live_server.url).new_page(), live_server, performance)
    with within_aim(clerk, 15):
        sell_tickets(clerk)
        clerk.get_by_label("Floor").fill("30")
        button(clerk, "Continue").click()
        clerk.get_by_label("Name", exact=True).fill("Gymnasium Nord")
        clerk.get_by_label("E-mail address", exact=True).fill("office@school.example")
        clerk.get_by_label("Pay later by bank transfer").check()
        clerk.get_by_text("Address of the invoice").click()
        clerk.get_by_label("Company or name").fill("Gymnasium Nord")
        clerk.get_by_label("Street and number").fill("Schulstraße 1")
        clerk.get_by_label("City").fill("Kiel")
        clerk.get_by_label("Country").select_option("DE")
        clerk.get_by_role("button", name=re.compile("Sell for")).click()
        expect(clerk.get_by_text("We've e-mailed the bank account")).to_be_visible()
    order = Order.objects.get()
    assert (order.status, order.pays_by_link, order.quantity) == ("reserved", False, 30)
    assert order.invoice_details["city"] == "Kiel"


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_are_accessible_and_fit_a_phone(browser_context, live_server, performance, dark):
    context = browser_context(phone=True, dark=dark, base_url=live_server.url)
    clerk = log_in(context.new_page(), live_server, performance)
    sale = f"/admin/shows/performance/{performance.pk}/sale/"
    for url in (sale, f"{sale}?view=list"):
        clerk.goto(url)
        assert own_faults_of(clerk) == []
    clerk.locator("input[name=_selected_action]").first.check()
    button(clerk, "Continue").click()
    clerk.get_by_label("Cash", exact=True).check()
    assert own_faults_of(clerk) == []
    clerk.get_by_label("Complimentary").check()
    clerk.get_by_label("Reason").fill("Birthday.")
    clerk.get_by_role("button", name=re.compile("Sell for")).click()
    expect(clerk.get_by_role("heading", name="Sold: €0")).to_be_visible()
    assert own_faults_of(clerk) == []


def test_it_works_without_javascript_from_a_list(browser_context, live_server, performance):
    context = browser_context(javascript=False, base_url=live_server.url)
    clerk = log_in(context.new_page(), live_server, performance)
    clerk.goto(f"/admin/shows/performance/{performance.pk}/sale/?view=list")
    clerk.get_by_role("group", name="Stalls, row D").get_by_label("4", exact=True).check()
    button(clerk, "Continue").last.click()
    clerk.get_by_label("Card terminal").check()
    button(clerk, "Sell for €45").click()
    expect(clerk.get_by_role("heading", name="Sold: €45")).to_be_visible()
