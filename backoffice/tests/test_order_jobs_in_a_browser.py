"""Everyday work on orders in a browser, by the role that does it, with the clicks counted."""

import re

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.ledger.audit import audit
from bookings.models import Order
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from core.testing.clicks import within_aim
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
        ".seat-map-seat", has=page.get_by_label(f"Stalls, row {label[0]}, seat {label[1]},")
    )


def test_a_party_is_moved_on_the_map(clerk, order):
    two = order.tickets.order_by("place_id")[:2]
    for ticket in order.tickets.exclude(pk__in=[one.pk for one in two]):
        ticket.delete()
    Order.objects.filter(pk=order.pk).update(quantity=2)
    with within_aim(clerk, 7):
        choose(clerk, "Move to other seats")
        expect(clerk.locator("input[type=checkbox]:checked")).to_have_count(0)
        seat(clerk, "C5").click()
        seat(clerk, "C6").click()
        clerk.get_by_label("Reason").fill("A pillar.")
        clerk.get_by_role("button", name="Move", exact=True).last.click()
        expect(clerk.get_by_text("Tickets moved. The price is the same.")).to_be_visible()
    assert [t.label for t in order.tickets.valid().order_by("pk")] == [
        "Stalls, row C, seat 5",
        "Stalls, row C, seat 6",
    ]


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


def test_one_ticket_of_four_is_refunded(clerk, order):
    with within_aim(clerk, 9):
        choose(clerk, "Cancel tickets")
        expect(clerk.locator("form.max-w-3xl input:checked")).to_have_count(0)
        expect(clerk.get_by_text("Balance of the order: €180.")).to_be_visible()
        clerk.get_by_label("Stalls, row A, seat 3 · €45").check()
        clerk.get_by_label("their price with all fees").check()
        clerk.get_by_label("Reason").fill("Ill.")
        clerk.get_by_role("button", name="Cancel tickets", exact=True).click()
        expect(clerk.get_by_text("Tickets cancelled. The customer")).to_be_visible()
    assert Refund.objects.get().amount == 45
    assert order.tickets.valid().count() == 3


def test_an_amount_is_refunded(clerk, order):
    with within_aim(clerk, 10):
        choose(clerk, "Refund amount")
        expect(clerk.get_by_text("You can refund at most €180.")).to_be_visible()
        clerk.get_by_label("Amount").fill("10")
        clerk.get_by_label("Reason").fill("Loud neighbours.")
        clerk.get_by_role("button", name="Refund", exact=True).click()
        expect(clerk.get_by_text("Refund of €10 queued.")).to_be_visible()
    assert Refund.objects.get().amount == 10


def test_tickets_go_to_a_corrected_address(clerk, order):
    with within_aim(clerk, 11):
        choose(clerk, "Correct contact")
        clerk.get_by_label("E-mail address").fill("right@example.org")
        clerk.get_by_label("Reason").fill("Typo.")
        clerk.get_by_role("button", name="Save and send").click()
        expect(clerk.get_by_text("The e-mail will be sent to right@example.org.")).to_be_visible()
    order.refresh_from_db()
    assert order.email == "right@example.org"


def test_the_names_of_a_group_are_entered_later(clerk, order):
    choose(clerk, "Enter ticket holders")
    clerk.get_by_label("Stalls, row A, seat 2").fill("Bob Baker")
    clerk.get_by_role("button", name="Save names").click()
    expect(clerk.get_by_text("Names saved.")).to_be_visible()
    assert order.tickets.get(label="Stalls, row A, seat 2").holder == "Bob Baker"


def test_an_order_is_found_by_the_middle_of_a_name(clerk, order):
    clerk.goto("/admin/bookings/order/")
    with within_aim(clerk, 12):
        search = clerk.locator("input[name=q]").first
        search.click()
        search.fill("rche")
        search.press("Enter")
        clerk.wait_for_url("**q=rche**")
        expect(clerk.get_by_role("link", name=order.reference).first).to_be_visible()


def test_two_orders_are_merged_and_one_is_split(clerk, order):
    other = make_paid_order(
        hold=make_hold(performance=order.performance, labels=["B1", "B2"]), email=order.email
    )
    with within_aim(clerk, 13):
        choose(clerk, "Merge orders")
        clerk.get_by_label(re.compile(other.reference)).check()
        clerk.get_by_label("Reason").fill("Ordered twice.")
        clerk.get_by_role("button", name="Merge", exact=True).click()
        text = f"The tickets of order {other.reference} are here now."
        expect(clerk.get_by_text(text)).to_be_visible()
    order.refresh_from_db()
    assert order.quantity == 6
    assert audit() == []


def test_a_ticket_is_split_off(clerk, order):
    with within_aim(clerk, 13):
        choose(clerk, "Split order")
        expect(clerk.locator("form.max-w-3xl input:checked")).to_have_count(0)
        clerk.get_by_label("Stalls, row A, seat 4 · €45").check()
        clerk.get_by_label("Name").fill("Bob Baker")
        clerk.get_by_label("E-mail address").fill("bob@example.org")
        clerk.get_by_label("Reason").fill("A friend pays.")
        clerk.get_by_role("button", name="Split", exact=True).click()
        expect(clerk.get_by_text(re.compile("Order .* created."))).to_be_visible()
    assert Order.objects.get(email="bob@example.org").quantity == 1
    assert audit() == []


def test_irreversible_actions_are_last_and_apart(clerk):
    clerk.locator("a", has_text=re.compile(r"\bActions\b")).first.click()
    menu = clerk.locator("nav[x-show]", has=clerk.get_by_role("link", name="Refund amount"))
    apart = menu.locator("a[data-irreversible]")
    expect(apart).to_have_count(6)
    names = [text.split("\n")[-1].strip() for text in menu.locator("a").all_inner_texts()]
    first = names.index("Reissue tickets")
    assert names[first : first + 6] == [
        "Reissue tickets", "Split order", "Merge orders", "Refund amount",
        "Cancel tickets", "Cancel reservation",
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
