"""What scripts add to the pages of a performance and a basket moves nothing: its place is kept."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from .browsing import cookie_of
from .factories import make_customer, make_hold, make_sale
from .seat_map import BIG, address_of

pytestmark = pytest.mark.django_db(transaction=True)

TOPS = """() => [...document.querySelectorAll("[data-frame], .section-list, .split")]
  .map((part) => Math.round(part.getBoundingClientRect().top + scrollY))"""


@pytest.mark.both_sizes
def test_nothing_moves_once_the_scripts_have_run(browser_context, live_server, screen):
    prices = {"Gold": 80, "Silver": 40, "Floor": 30}
    on_sale = make_sale(sections=BIG, prices=prices)
    announced = make_sale(sections=BIG, prices=prices, on_sale_in=timedelta(days=3))
    zone = on_sale.venue.time_zone
    context = browser_context(base_url=live_server.url, viewport=screen, timezone_id=zone)
    page = context.new_page()
    for performance in (on_sale, announced):
        page.route("**/static/js/*", lambda route: route.abort())
        page.goto(address_of(performance))
        before = page.evaluate(TOPS)
        page.unroute("**/static/js/*")
        page.reload()
        expect(page.locator("[data-seatmap-tools]")).to_be_visible()
        if performance == announced:
            expect(page.locator("[data-clock]")).to_be_visible()
        assert page.evaluate(TOPS) == pytest.approx(before, abs=1)


@pytest.mark.both_sizes
def test_the_time_of_a_visitor_elsewhere_moves_nothing_in_the_basket(
    browser_context, live_server, screen
):
    alice = make_customer()
    hold = make_hold(customer=alice)
    zone = {"timezone_id": "America/New_York"}
    page = browser_context(base_url=live_server.url, viewport=screen, **zone).new_page()
    page.context.add_cookies([cookie_of(alice) | {"url": live_server.url}])
    page.route("**/static/js/your-time*", lambda route: route.abort())
    page.goto(hold.get_absolute_url())
    before = page.locator("#lines").bounding_box()["y"]
    page.unroute("**/static/js/your-time*")
    page.reload()
    expect(page.locator(".your-time").first).to_be_visible()
    assert page.locator("#lines").bounding_box()["y"] == pytest.approx(before, abs=1)
