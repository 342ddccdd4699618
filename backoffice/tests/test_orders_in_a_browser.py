"""Work on orders in a browser that is no job of every week.

Those are in `core/tests/week/orders.py`.
"""

import re

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.ledger.audit import audit
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from payments.models import Refund

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order():
    hold = make_hold(performance=make_sale(), labels=["A1", "A2", "A3", "A4"])
    return make_paid_order(hold=hold)


@pytest.fixture
def clerk(browser_context, live_server, order):
    """Return a page of box office staff, on the page of the order."""
    page = browser_context(base_url=live_server.url).new_page()
    url = f"/admin/bookings/order/{order.pk}/change/"
    browser.log_in(page, email=make_staff(Role.BOX_OFFICE).email, path=url)
    return page


def choose(page, action):
    page.locator("a", has_text=re.compile(r"\bActions\b")).first.click()
    page.get_by_role("link", name=action).first.click()


def seat(page, label):
    return page.locator(
        f".seat-map-seat:has([data-label='Stalls, row {label[0]}, seat {label[1:]}'])"
    )


def test_one_ticket_of_a_party_is_moved(clerk, order):
    choose(clerk, "Move to other seats")
    seat(clerk, "C5").click()
    clerk.get_by_label("Reason").fill("A pillar.")
    clerk.get_by_role("button", name="Move", exact=True).last.click()
    expect(clerk.get_by_text("Selected seats: 1, tickets: 4.")).to_be_visible()
    expect(seat(clerk, "C5").locator("input")).to_be_checked()
    clerk.get_by_label("Stalls, row A, seat 2 · Alice Archer").check()
    clerk.get_by_role("button", name="Move", exact=True).last.click()
    expect(clerk.get_by_text("Tickets moved. The price is the same.")).to_be_visible()
    labels = {ticket.label for ticket in order.tickets.valid()}
    assert "Stalls, row C, seat 5" in labels and "Stalls, row A, seat 2" not in labels
    assert audit() == []


def test_the_names_of_a_group_are_entered_later(clerk, order):
    choose(clerk, "Enter ticket holders")
    clerk.get_by_label("Stalls, row A, seat 2").fill("Bob Baker")
    clerk.get_by_role("button", name="Save names").click()
    expect(clerk.get_by_text("Names saved.")).to_be_visible()
    assert order.tickets.get(label="Stalls, row A, seat 2").holder == "Bob Baker"


def test_irreversible_actions_are_last_and_apart(clerk):
    clerk.locator("a", has_text=re.compile(r"\bActions\b")).first.click()
    menu = clerk.locator("nav[x-show]", has=clerk.get_by_role("link", name="Refund amount"))
    apart = menu.locator("a[data-irreversible]")
    expect(apart).to_have_count(8)
    names = [text.split("\n")[-1].strip() for text in menu.locator("a").all_inner_texts()]
    first = names.index("Issue invoice")
    assert names[first : first + 8] == [
        "Issue invoice", "Transfer received", "Reissue tickets", "Split order", "Merge orders",
        "Refund amount", "Cancel tickets", "Cancel reservation",
    ]  # fmt: skip
    assert apart.first.evaluate("e => getComputedStyle(e).borderTopWidth") == "2px"


def test_selected_orders_are_sent_again_and_cancelled(clerk, order):
    for name, button, text in [
        ("Resend confirmations", "Resend confirmations", "1 confirmation will be sent."),
        ("Cancel orders", "Cancel orders", "1 order cancelled."),
    ]:
        clerk.goto("/admin/bookings/order/")
        clerk.locator("input.action-select").first.check()
        clerk.locator("select[name=action]").select_option(label=name)
        clerk.get_by_role("button", name=re.compile("Run")).click()
        clerk.get_by_label("Reason").fill("Asked for it.")
        if name == "Cancel orders":
            clerk.get_by_label("nothing").check()
        clerk.get_by_role("button", name=button, exact=True).click()
        expect(clerk.get_by_text(text)).to_be_visible()
    order.refresh_from_db()
    assert (order.status, Refund.objects.count()) == ("cancelled", 0)
