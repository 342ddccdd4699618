"""Times of performances for customers in another time zone, in a real browser."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from .browsing import cookie_of
from .factories import make_customer, make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.both_sizes
def test_customers_elsewhere_read_both_times(browser_context, live_server, screen):
    performance = make_sale(starts_at=datetime(timezone.now().year + 1, 1, 20, 19, tzinfo=UTC))
    customer = make_customer()
    order = make_paid_order(hold=make_hold(performance=performance, customer=customer))
    hold = make_hold(performance=performance, labels=("A4", "A5"), customer=customer)
    context = browser_context(
        base_url=live_server.url, timezone_id="America/New_York", viewport=screen
    )
    context.add_cookies([cookie_of(customer) | {"url": live_server.url}])
    page = context.new_page()
    local = performance.starts_at.astimezone(performance.venue.zone)
    addresses = [hold.get_absolute_url(), order.get_absolute_url(), "/orders/", "/tickets/"]
    for path in [*addresses, f"/tickets/{order.reference}/"]:
        page.goto(path)
        said = f"{local:%H:%M} local time · 14:00 your time"
        expect(page.locator(".your-time:visible")).to_have_text(said)
