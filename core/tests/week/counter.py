"""At the counter and on the phone: sell, hold, give and block seats."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from bookings.ledger.audit import audit
from bookings.models import Allocation, Order
from core.testing.clicks import within_aim

from .people import button, emails, expect_text, order_of, performance_path, seat
from .shop import pay_at_stripe


def _start_sale(page):
    page.get_by_role("link", name=re.compile("Sell tickets")).first.click()


def _open_map(page):
    page.get_by_role("link", name=re.compile("Seat map")).first.click()


def sell_named_seats_by_phone(week):
    clerk = week.open("box office", performance_path(week.first_night))
    earlier = order_of("Alice Archer")
    with within_aim(clerk, 1):
        _start_sale(clerk)
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
        expect_text(clerk, f"We've e-mailed the link to pay to {earlier.email}.")
    order = Order.objects.exclude(pk=earlier.pk).get(name="Alice Archer")
    assert (order.status, order.pays_by_link, order.channel) == ("reserved", True, "phone")
    [link] = re.findall(r"http\S+/orders/\S+", emails("payment_link"))
    customer = week.customer()
    customer.goto(link)
    customer.get_by_role("button", name=re.compile("^Pay")).first.click()
    pay_at_stripe(customer)
    order.refresh_from_db()
    assert (order.status, order.quantity, order.user) == ("paid", 2, None)


def sell_the_best_seats_that_are_paid(week):
    clerk = week.open("box office", performance_path(week.first_night))
    with within_aim(clerk, 2):
        _start_sale(clerk)
        clerk.get_by_label("Number").fill("2")
        button(clerk, "Find best seats").click()
        clerk.get_by_label("Name", exact=True).fill("Bob Baker")
        clerk.get_by_label("E-mail address", exact=True).fill("bob@exmaple.org")
        clerk.get_by_label("Card terminal").check()
        button(clerk, "Sell for €90").click()
        expect(clerk.get_by_role("heading", name="Sold: €90")).to_be_visible()
    order = order_of("Bob Baker")
    assert (order.status, order.quantity, order.email) == ("paid", 2, "bob@exmaple.org")


def book_a_group_on_invoice(week):
    clerk = week.open("box office", performance_path(week.first_night))
    with within_aim(clerk, 15):
        _start_sale(clerk)
        clerk.get_by_label("Number").fill("30")
        button(clerk, "Find best seats").click()
        clerk.get_by_label("Name", exact=True).fill("Gymnasium Nord")
        clerk.get_by_label("E-mail address", exact=True).fill("office@school.example")
        clerk.get_by_label("Pay later by bank transfer").check()
        clerk.get_by_text("Address of the invoice").click()
        clerk.get_by_label("Company or name").fill("Gymnasium Nord")
        clerk.get_by_label("Street and number").fill("Schulstraße 1")
        clerk.get_by_label("City").fill("Kiel")
        clerk.get_by_label("Country").select_option("DE")
        button(clerk, "Sell for €1,350").click()
        expect_text(clerk, "We've e-mailed the bank account")
    order = order_of("Gymnasium Nord")
    assert (order.status, order.pays_by_link, order.quantity) == ("reserved", False, 30)
    assert order.invoice_details["city"] == "Kiel"


def hold_seats_for_guests(week):
    clerk = week.open("box office", performance_path(week.first_night))
    with within_aim(clerk, 3):
        _open_map(clerk)
        seat(clerk, "E1").click()
        seat(clerk, "E2").click()
        button(clerk, "Hold seats").click()
        clerk.get_by_label("Hold name").fill("Promoter")
        day = timezone.localdate() + timedelta(days=2)
        clerk.locator("input[name=release_at_0]").fill(f"{day:%Y-%m-%d}")
        clerk.locator("input[name=release_at_1]").fill("12:00")
        clerk.get_by_label("Reason").fill("Guests.")
        button(clerk, "Hold seats").click()
        expect_text(clerk, "2 seats changed.")
    held = Allocation.objects.get()
    assert (held.name, held.places.count()) == ("Promoter", 2)
    assert held.release_at is not None


def sell_a_held_seat(week):
    held = Allocation.objects.get()
    clerk = week.open("box office", f"/admin/bookings/allocation/{held.pk}/change/")
    with within_aim(clerk, 4):
        clerk.get_by_role("link", name=re.compile("Sell seats")).click()
        expect(clerk.locator("input[name=_selected_action]:checked")).to_have_count(0)
        seat(clerk, "E1").click()
        button(clerk, "Continue").click()
        clerk.get_by_label("Name", exact=True).fill("Petra Promoter")
        clerk.get_by_label("Card terminal").check()
        button(clerk, "Sell for €45").click()
        expect(clerk.get_by_role("heading", name="Sold: €45")).to_be_visible()
    assert held.places.count() == 1
    assert audit() == []


def give_the_press_tickets(week):
    clerk = week.open("box office", performance_path(week.first_night))
    with within_aim(clerk, 5):
        _open_map(clerk)
        seat(clerk, "E3").click()
        seat(clerk, "E4").click()
        button(clerk, "Issue complimentary tickets").click()
        clerk.get_by_label("Name").fill("Paula Press")
        clerk.get_by_label("Reason").fill("Review.")
        button(clerk, "Issue tickets").click()
        expect_text(clerk, "Complimentary tickets issued.")
    order = order_of("Paula Press")
    assert (order.status, order.total, order.quantity) == ("paid", 0, 2)


def block_seats_for_the_camera(week):
    manager = week.open("manager", performance_path(week.first_night))
    with within_aim(manager, 6):
        _open_map(manager)
        seat(manager, "E19").click()
        seat(manager, "E20").click()
        button(manager, "Block").click()
        manager.get_by_label("Reason").fill("Camera.")
        button(manager, "Block seats").click()
        expect_text(manager, "2 seats changed.")
    blocked = week.first_night.places.blocked().filter(seat__number__in=["19", "20"])
    assert blocked.count() == 2


COUNTER = [
    sell_named_seats_by_phone,
    sell_the_best_seats_that_are_paid,
    book_a_group_on_invoice,
    hold_seats_for_guests,
    sell_a_held_seat,
    give_the_press_tickets,
    block_seats_for_the_camera,
]
