"""The view from a section in a browser: in the list, over the map, and beside its seats."""

import re

import pytest
from playwright.sync_api import expect

from venues.tests.test_admin_venues import picture

from .factories import make_sale
from .seat_map import address_of, make_view, seat

pytestmark = pytest.mark.django_db(transaction=True)

WIDTH = 32  # Of the picture, in pixels.


@pytest.fixture
def performance(settings, tmp_path):
    """Return a performance with a picture of the view from its stalls."""
    settings.MEDIA_ROOT = tmp_path
    performance = make_sale()
    view = make_view(performance)
    view.picture.save("stalls.png", picture((WIDTH, 20)))
    return performance


@pytest.mark.both_sizes
def test_the_view_opens_from_the_list_and_from_the_map(page, performance, subtests):
    page.goto(address_of(performance))
    with subtests.test("the tip of a seat has the picture"):
        seat(page, "B2").hover()
        tip = page.locator("[data-tip]")
        expect(tip).to_contain_text("From the middle")
        expect(tip.locator("img")).to_have_js_property("naturalWidth", WIDTH)
    dialog = page.get_by_role("dialog", name="Stalls")
    page.get_by_text("Views from the seats").click()
    link = page.locator("main [data-view-of]")
    assert link.bounding_box()["height"] < 40  # Its name is on one line.
    for opener in (link, page.get_by_role("button", name="View from here")):
        opener.focus()
        page.keyboard.press("Enter")
        expect(dialog).to_contain_text("From the middle")
        expect(dialog.locator("img")).to_have_js_property("naturalWidth", WIDTH)
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()
    opener.click()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_it_covers_no_seat_with_the_focus_at_four_hundred_per_cent(page, performance):
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(address_of(performance))
    view = page.get_by_role("button", name="View from here")
    place = page.locator("[data-place]")
    expect(view).to_be_visible()
    seat(page, "A2").focus()
    page.keyboard.press("ArrowLeft")
    expect(seat(page, "A1")).to_be_focused()
    page.wait_for_function("""() => {
        const {left, top, width, height} = document.activeElement.getBoundingClientRect();
        const at = document.elementFromPoint(left + width / 2, top + height / 2);
        return at === document.activeElement;
    }""")
    expect(place).to_have_css("opacity", "0")
    page.keyboard.press("Tab")
    expect(view).to_be_focused()
    expect(place).to_have_css("opacity", "1")
    page.keyboard.press("Shift+Tab")
    expect(seat(page, "A1")).to_be_focused()
    expect(place).to_have_css("opacity", "0")


@pytest.mark.both_sizes
def test_without_javascript_the_link_opens_the_picture(
    browser_context, live_server, performance, screen
):
    options = {"base_url": live_server.url, "viewport": screen}
    page = browser_context(javascript=False, **options).new_page()
    page.goto(address_of(performance))
    page.get_by_text("Views from the seats").click()
    page.locator("main [data-view-of]").click()
    expect(page).to_have_url(re.compile(r"/media/views/.+\.png$"))
