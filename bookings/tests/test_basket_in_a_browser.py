"""From basket to ticket in a browser: with and without JavaScript, by keyboard, on a phone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bookings.models import Hold, Order, Place
from core.testing.page_faults import faults_at_both_sizes, faults_of
from payments.models import Payment

from .browsing import cookie_of
from .factories import (
    age_hold,
    make_customer,
    make_hold,
    make_order,
    make_paid_order,
    make_sale,
    pay,
)
from .seat_map import held, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


@pytest.fixture
def concessions():
    return make_sale(concessions={"Child": 50})


def become(page, customer, live_server):
    """Set the customer's cookie in the browser."""
    page.context.add_cookies([cookie_of(customer) | {"url": live_server.url}])


def fill_in(page):
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Name", exact=True).fill("Alice Archer")
    page.get_by_label("I accept the terms of sale").check()


def shown_time(page):
    minutes, seconds = page.locator("[data-clock]").inner_text().split(":")
    return timedelta(minutes=int(minutes), seconds=int(seconds))


@pytest.mark.both_sizes
def test_going_back_to_the_map_leaves_the_basket_as_it_is(page):
    page.goto(make_sale().get_absolute_url())
    seat(page, "B1").click()
    seat(page, "B2").click()
    add = page.get_by_role("button", name="Add to basket", exact=True)
    add.click()
    expect(page.get_by_role("button", name="Order and pay €90")).to_be_visible()
    page.go_back()
    # The seats are in the basket and no longer selected: pressing again adds nothing.
    bar = page.locator("#bar-basket")
    expect(bar).to_contain_text("2 tickets in your basket · €90")
    expect(seat(page, "B1", "in your basket")).to_be_disabled()
    expect(page.locator("[data-summary]")).to_have_text("No seats selected")
    add.click()
    expect(page.get_by_role("alert")).to_contain_text("Select at least one")
    assert held() == ["B1", "B2"]
    seat(page, "B3").click()
    add.click()
    expect(page.get_by_role("button", name="Order and pay €135")).to_be_visible()
    expect(page.locator("[data-basket-count]")).to_have_text("3")
    page.go_back()
    expect(bar).to_contain_text("3 tickets in your basket · €135")
    page.go_forward()
    expect(page.get_by_role("button", name="Order and pay €135")).to_be_visible()
    assert held() == ["B1", "B2", "B3"]


@pytest.mark.both_sizes
def test_it_buys_also_after_going_back_from_the_payment(page, alice, live_server):
    hold = make_hold(customer=alice)
    become(page, alice, live_server)
    page.goto(hold.get_absolute_url())
    fill_in(page)
    page.get_by_role("button", name="Order and pay €90").click()
    expect(page).to_have_url(re.compile("/pay/demo/"))
    page.go_back()
    expect(page.get_by_role("button", name="Order and pay €90")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value("alice@example.org")
    page.get_by_label("I accept the terms of sale").check()
    page.get_by_role("button", name="Order and pay €90").click()
    expect(page).to_have_url(re.compile("/pay/demo/"))
    assert Order.objects.count() == 1
    page.get_by_role("button", name=re.compile("^Pay")).first.click()
    expect(page).to_have_url(re.compile("/orders/"))
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_have_count(2)
    expect(page.locator("[data-basket-count]")).to_be_hidden()
    # Going back after that leads to what was bought, and nothing is bought twice.
    page.go_back()
    expect(page.get_by_text("Payment complete")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Pay"))).to_have_count(0)
    page.go_back()
    expect(page).to_have_url(re.compile("/orders/"))
    assert Order.objects.get().tickets.count() == 2 and Payment.objects.count() == 1


@pytest.mark.both_sizes
def test_it_buys_by_keyboard(page, alice, live_server):
    hold = make_hold(customer=alice)
    become(page, alice, live_server)
    page.goto(hold.get_absolute_url())
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("alice@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("Alice Archer")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_label("Name", exact=True).focus()
    # Enter places the order, although other buttons come first on the page.
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/pay/demo/"))
    assert Place.objects.held_by(hold).count() == 2


@pytest.mark.both_sizes
def test_a_concession_changes_the_price_and_keeps_the_form(page, alice, concessions, live_server):
    hold = make_hold(performance=concessions, customer=alice)
    become(page, alice, live_server)
    page.goto(hold.get_absolute_url())
    fill_in(page)
    select = page.get_by_label("Concession for Stalls, row A, seat 1")
    select.focus()
    select.select_option(label="Child, €22.50")
    expect(page.get_by_role("button", name="Order and pay €67.50")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Alice Archer")
    expect(page.get_by_label("I accept the terms of sale")).to_be_checked()
    expect(select).to_be_focused()
    page.get_by_role("button", name="Order and pay €67.50").click()
    expect(page).to_have_url(re.compile("/pay/demo/"))
    assert Order.objects.get().total == 67.5


@pytest.mark.both_sizes
def test_a_place_is_removed_and_the_basket_extended(page, alice, live_server):
    hold = make_hold(customer=alice)
    become(page, alice, live_server)
    page.goto(hold.get_absolute_url())
    fill_in(page)
    page.get_by_role("button", name="Remove Stalls, row A, seat 1").click()
    expect(page.get_by_role("button", name="Order and pay €45")).to_be_visible()
    expect(page.locator("[data-basket-count]")).to_have_text("1")
    page.get_by_role("button", name="Add 5 minutes").click()
    expect(page.get_by_text("already extended once")).to_be_visible()
    assert timedelta(minutes=12) < shown_time(page) <= timedelta(minutes=13)
    expect(page.get_by_label("E-mail address")).to_have_value("alice@example.org")


@pytest.mark.both_sizes
def test_a_refusal_is_shown_without_reloading(page, alice, live_server):
    hold = make_hold(customer=alice)
    become(page, alice, live_server)
    page.goto(hold.get_absolute_url())
    page.get_by_label("E-mail address").fill("alice@example.org")
    before = shown_time(page)
    # In another tab it has been extended already.
    Hold.objects.update(extended_at=hold.expires_at)
    page.evaluate("window.isSamePage = true")
    page.get_by_role("button", name="Add 5 minutes").click()
    expect(page.get_by_role("alert")).to_contain_text("already extended once")
    # It is also said where the button was, which is in view wherever one is on the page.
    strip = page.locator("#countdown")
    expect(strip).to_contain_text("already extended once")
    expect(strip).to_be_in_viewport(ratio=1)
    expect(strip.get_by_role("button")).to_have_count(0)
    expect(strip).to_be_focused()
    assert shown_time(page) <= before
    expect(page.get_by_label("E-mail address")).to_have_value("alice@example.org")
    assert page.evaluate("window.isSamePage") and faults_of(page) == []


@pytest.mark.both_sizes
def test_the_countdown_survives_a_reload_and_a_wrong_clock(page, alice, live_server):
    hold = make_hold(customer=alice)
    age_hold(hold, minutes=3)
    become(page, alice, live_server)
    page.clock.install(time="2001-01-01T00:00:00")
    page.goto(hold.get_absolute_url())
    before = shown_time(page)
    assert timedelta(minutes=4, seconds=30) < before <= timedelta(minutes=5)
    page.clock.run_for(10_000)
    assert timedelta(seconds=8) <= before - shown_time(page) <= timedelta(seconds=12)
    page.reload()
    assert timedelta(minutes=4) < shown_time(page) <= timedelta(minutes=5)


@pytest.mark.both_sizes
def test_the_countdown_announces_little_time_and_the_end(page, alice, live_server):
    hold = make_hold(customer=alice)
    become(page, alice, live_server)
    page.clock.install()
    page.goto(hold.get_absolute_url())
    announcement, warning = (
        page.locator("[data-announcement]"),
        page.get_by_text("Less than two minutes left"),
    )
    expect(warning).to_be_hidden()
    height = page.locator("#countdown").bounding_box()["height"]
    assert height < 100  # It stays at the top of a phone, where there is little room.
    page.clock.run_for(6 * 60_000 + 5_000)
    expect(announcement).to_have_text("Your seats are reserved for two more minutes.")
    expect(warning).to_be_visible()
    page.clock.run_for(60_000)
    expect(announcement).to_have_text("Your seats are reserved for one more minute.")
    assert page.locator("#countdown").bounding_box()["height"] == height
    page.clock.run_for(60_000)
    expect(announcement).to_have_text("Your reservation has expired.")
    expect(page.locator("[data-clock]")).to_have_text("0:00")
    page.get_by_role("link", name="Check if your seats are still available").click()
    expect(page).to_have_url(re.compile(hold.get_absolute_url()))


@pytest.mark.both_sizes
def test_it_works_without_javascript(browser_context, alice, concessions, live_server, screen):
    hold = make_hold(performance=concessions, customer=alice)
    options = {"base_url": live_server.url, "viewport": screen}
    page = browser_context(javascript=False, **options).new_page()
    become(page, alice, live_server)
    page.goto(hold.get_absolute_url())
    # A time of the day is said with its zone.
    expect(page.get_by_text(re.compile(r"Reserved until \d\d:\d\d [A-Z]+$"))).to_be_visible()
    expect(page.locator("[data-clock]")).to_be_hidden()
    fill_in(page)
    page.get_by_label("Concession for Stalls, row A, seat 1").select_option(label="Child, €22.50")
    page.get_by_role("button", name="Update prices").click()
    expect(page.get_by_role("button", name="Order and pay €67.50")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value("alice@example.org")
    page.get_by_role("button", name="Remove Stalls, row A, seat 2").click()
    expect(page.get_by_role("button", name="Order and pay €22.50")).to_be_visible()
    page.get_by_role("button", name="Add 5 minutes").click()
    expect(page.get_by_text("already extended once")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Alice Archer")
    page.get_by_role("button", name="Order and pay €22.50").click()
    page.get_by_role("button", name=re.compile("^Pay")).first.click()
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_have_count(1)


@pytest.mark.both_sizes
def test_a_waiting_page_shows_the_tickets_once_paid(page, alice, live_server):
    order = make_order(hold=make_hold(customer=alice))
    become(page, alice, live_server)
    page.goto(order.get_absolute_url())
    page.get_by_role("button", name="Pay €90").click()
    expect(page).to_have_url(re.compile("/pay/demo/"))
    page.goto(order.get_absolute_url())
    expect(page.get_by_text("Waiting for your payment")).to_be_visible()
    pay(order)
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_have_count(2)


def addresses(customer):
    """Return the URL of each page between basket and ticket, in each of its states."""
    performance = make_sale(concessions={"Child": 50})
    hold = make_hold(performance=performance, customer=customer)
    yield hold.get_absolute_url()
    yield "/basket/"
    order = make_order(hold=hold)
    yield order.get_absolute_url()
    pay(order)
    yield order.get_absolute_url()
    yield f"{order.get_absolute_url()}cancel/"
    yield f"{order.get_absolute_url()}cancel/?ticket={order.in_order()[0].pk}"
    yield "/orders/"
    yield "/orders/?when=past"
    yield "/orders/UNKNOWN/"
    yield "/help/"
    over = make_hold(performance=performance, labels=["B1", "B2"], customer=customer)
    age_hold(over, minutes=9)
    make_hold(performance=performance, labels=["B1"])
    yield over.get_absolute_url()


def test_axe_finds_nothing_and_nothing_is_too_wide(page, alice, live_server):
    become(page, alice, live_server)
    for address in addresses(alice):
        page.goto(address)
        assert faults_at_both_sizes(page) == [], address


@pytest.mark.both_sizes
def test_errors_are_at_their_fields_and_announced(page, alice, live_server):
    hold = make_hold(customer=alice)
    become(page, alice, live_server)
    page.goto(hold.get_absolute_url())
    page.get_by_label("E-mail address").fill("al")
    page.get_by_role("button", name="Order and pay €90").click()
    field = page.get_by_label("E-mail address")
    expect(field).to_have_accessible_description("Enter a valid e-mail address.")
    expect(field).to_have_value("al")
    expect(page.locator("#lines")).to_contain_text("Includes €10 in fees, and all taxes.")
    assert faults_of(page) == []


def test_a_ticket_shows_its_code_on_a_phone(browser_context, alice, live_server):
    order = make_paid_order(hold=make_hold(customer=alice))
    page = browser_context(phone=True, base_url=live_server.url).new_page()
    become(page, alice, live_server)
    page.goto(order.get_absolute_url())
    box = page.get_by_role("img", name=re.compile("QR code")).first.bounding_box()
    assert box["width"] >= 120 and abs(box["width"] - box["height"]) < 2
