"""Times of performances for customers in another time zone, in a real browser."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from waitingroom.tests.factories import make_room

from .browsing import cookie_of
from .factories import make_customer, make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


def page_in_new_york(browser_context, live_server, screen):
    zone = "America/New_York"
    context = browser_context(base_url=live_server.url, timezone_id=zone, viewport=screen)
    return context.new_page()


@pytest.mark.both_sizes
def test_customers_elsewhere_read_both_times(browser_context, live_server, screen):
    performance = make_sale(starts_at=datetime(timezone.now().year + 1, 1, 20, 19, tzinfo=UTC))
    customer = make_customer()
    order = make_paid_order(hold=make_hold(performance=performance, customer=customer))
    hold = make_hold(performance=performance, labels=("A4", "A5"), customer=customer)
    page = page_in_new_york(browser_context, live_server, screen)
    page.context.add_cookies([cookie_of(customer) | {"url": live_server.url}])
    local = performance.starts_at.astimezone(performance.venue.zone)
    addresses = [hold.get_absolute_url(), order.get_absolute_url(), "/orders/", "/tickets/"]
    for path in [*addresses, f"/tickets/{order.reference}/"]:
        page.goto(path)
        said = f"{local:%H:%M} local time · 14:00 your time"
        expect(page.locator(".your-time:visible")).to_have_text(said)


@pytest.mark.both_sizes
def test_the_start_of_a_sale_has_both_times(browser_context, live_server, screen):
    room = make_room(performance=make_sale(), gathering=True)
    opens_at = room.performance.on_sale_from.astimezone(room.performance.venue.zone)
    page = page_in_new_york(browser_context, live_server, screen)
    said = re.compile(rf"^{opens_at:%H:%M} local time · .*\d\d:\d\d your time$")
    notes = page.locator(".opening .your-time")
    for path in (f"/performances/{room.pk}/", f"/queue/{room.pk}/"):
        page.goto(path)
        expect(notes).to_have_text(said)
        expect(notes).to_be_visible()
    page.wait_for_timeout(500)  # A quicker click would count as a bot.
    page.get_by_role("button", name="Join the queue").click()
    page.wait_for_url("**/place/")
    expect(notes).to_have_text(said)
    expect(notes).to_be_visible()
