"""Everyday work on orders: find, correct, move, cancel, refund, merge and split."""

import re

from playwright.sync_api import expect

from bookings.ledger.audit import audit
from bookings.models import Order
from core.testing.clicks import within_aim
from payments.models import Refund

from .people import (
    button,
    choose_action,
    expect_nothing_ticked,
    expect_text,
    order_of,
    order_path,
    seat,
)


def _online_order():
    """Return the order that Alice made on the website."""
    return Order.objects.get(name="Alice Archer", channel="web")


def find_an_order_by_a_part_of_the_name(week):
    clerk = week.open("box office", "/admin/bookings/order/")
    order = order_of("Bob Baker")
    with within_aim(clerk, 12):
        search = clerk.locator("input[name=q]").first
        search.click()
        search.fill("ake")
        search.press("Enter")
        clerk.wait_for_url("**q=ake**")
        expect(clerk.get_by_role("link", name=order.reference).first).to_be_visible()
    expect(clerk.locator("#result_list tbody tr")).to_have_count(1)


def send_tickets_to_a_corrected_address(week):
    order = order_of("Bob Baker")
    clerk = week.open("box office", order_path(order))
    with within_aim(clerk, 11):
        choose_action(clerk, "Correct contact")
        clerk.get_by_label("E-mail address").fill("bob@example.org")
        clerk.get_by_label("Reason").fill("Typo.")
        button(clerk, "Save and send").click()
        expect_text(clerk, "The e-mail will be sent to bob@example.org.")
    order.refresh_from_db()
    assert order.email == "bob@example.org"


def move_a_party(week):
    order = order_of("Bob Baker")
    clerk = week.open("box office", order_path(order))
    with within_aim(clerk, 7):
        choose_action(clerk, "Move to other seats")
        expect(clerk.locator("input[type=checkbox]:checked")).to_have_count(0)
        seat(clerk, "E8").click()
        seat(clerk, "E9").click()
        clerk.get_by_label("Reason").fill("A pillar.")
        button(clerk, "Move").last.click()
        expect_text(clerk, "Tickets moved. The price is the same.")
    labels = {ticket.label for ticket in order.tickets.valid()}
    assert labels == {"Stalls, row E, seat 8", "Stalls, row E, seat 9"}


def refund_one_ticket_of_four(week):
    order = _online_order()
    clerk = week.open("box office", order_path(order))
    with within_aim(clerk, 9):
        choose_action(clerk, "Cancel tickets")
        expect_nothing_ticked(clerk)
        expect_text(clerk, "Balance of the order: €180.")
        clerk.get_by_label("Stalls, row F, seat 4 · €45").check()
        clerk.get_by_label("their price with all fees").check()
        clerk.get_by_label("Reason").fill("Ill.")
        button(clerk, "Cancel tickets").click()
        expect_text(clerk, "Tickets cancelled. The customer")
    assert Refund.objects.get().amount == 45
    assert order.tickets.valid().count() == 3


def refund_an_amount(week):
    clerk = week.open("box office", order_path(_online_order()))
    with within_aim(clerk, 10):
        choose_action(clerk, "Refund amount")
        expect_text(clerk, "You can refund at most €135.")
        clerk.get_by_label("Amount").fill("10")
        clerk.get_by_label("Reason").fill("Loud neighbours.")
        button(clerk, "Refund").click()
        expect_text(clerk, "Refund of €10 queued.")
    assert Refund.objects.latest("pk").amount == 10


def merge_two_orders(week):
    order = _online_order()
    other = Order.objects.get(name="Alice Archer", channel="phone")
    clerk = week.open("box office", order_path(order))
    with within_aim(clerk, 13):
        choose_action(clerk, "Merge orders")
        clerk.get_by_label(re.compile(other.reference)).check()
        clerk.get_by_label("Reason").fill("Ordered twice.")
        button(clerk, "Merge").click()
        expect_text(clerk, f"The tickets of order {other.reference} are here now.")
    order.refresh_from_db()
    assert order.quantity == 5
    assert audit() == []


def split_a_ticket_off(week):
    clerk = week.open("box office", order_path(_online_order()))
    with within_aim(clerk, 13):
        choose_action(clerk, "Split order")
        expect_nothing_ticked(clerk)
        clerk.get_by_label("Stalls, row F, seat 3 · €45").check()
        clerk.get_by_label("Name").fill("Fred Friend")
        clerk.get_by_label("E-mail address").fill("fred@example.org")
        clerk.get_by_label("Reason").fill("A friend pays.")
        button(clerk, "Split").click()
        expect_text(clerk, re.compile("Order .* created."))
    assert order_of("Fred Friend").quantity == 1
    assert audit() == []


ORDERS = [
    find_an_order_by_a_part_of_the_name,
    send_tickets_to_a_corrected_address,
    move_a_party,
    refund_one_ticket_of_four,
    refund_an_amount,
    merge_two_orders,
    split_a_ticket_off,
]
