"""Where one is on the map of a large venue: what stays in view, minimap, dragging, pinch."""

import pytest
from playwright.sync_api import expect

from core.testing.touch import move_fingers
from venues.generate import stage

from .factories import make_plan, make_sale
from .seat_map import BIG, address_of, middle_of, scale_of, touch_page

pytestmark = pytest.mark.django_db(transaction=True)

CENTRE = """() => {
  const { left, top, right, bottom } = document.querySelector("[data-seatmap]").view.box();
  return [(left + right) / 2, (top + bottom) / 2];
}"""


def centre_of(page):
    """Return what part of the plan is in the middle of the frame when it stands still."""
    scale_of(page)
    return page.evaluate(CENTRE)


@pytest.mark.both_sizes
def test_an_open_section_shows_where_one_is(page, subtests):
    plan = make_plan(sections=BIG, decoration=stage(width=300, depth=90, at=(200, -40)))
    page.goto(address_of(make_sale(plan=plan)))
    page.get_by_role("link", name="Circle", exact=True).click()
    page.locator("[data-frame]").scroll_into_view_if_needed()
    canvas, minimap = page.locator("[data-canvas]"), page.locator("[data-minimap]")
    with subtests.test("the section, its neighbour and the way to the stage are in view"):
        expect(page.locator("[data-place-name]")).to_have_text("Circle")
        expect(page.locator("[data-stage-sign]")).to_be_in_viewport()
        frame = canvas.bounding_box()
        shapes = page.locator(".section-shape:not(.is-open)").all()
        assert any(overlaps(shape.bounding_box(), frame) for shape in shapes)
    with subtests.test("pressing in the minimap moves the view there"):
        page.get_by_role("button", name="Zoom in").click()
        y = centre_of(page)[1]
        expect(minimap).to_be_in_viewport()
        box = minimap.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 4)
        assert centre_of(page)[1] < y
    with subtests.test("dragging moves the plan with the pointer"):
        page.mouse.click(*middle_of(minimap))
        y, scale = centre_of(page)[1], scale_of(page)
        at_x, at_y = middle_of(canvas)
        page.mouse.move(at_x, at_y)
        page.mouse.down()
        page.mouse.move(at_x, at_y + 30, steps=4)
        page.mouse.up()
        assert y - centre_of(page)[1] == pytest.approx(30 / scale, abs=1 / scale)
        expect(page.locator("[data-summary]")).to_have_text("No seats selected")


def overlaps(one, other):
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


@pytest.mark.both_sizes
def test_two_fingers_zoom_around_the_point_between_them(browser_context, live_server, screen):
    page = touch_page(browser_context, live_server, screen)
    page.goto(address_of(make_sale(sections=BIG)))
    page.locator("[data-frame]").scroll_into_view_if_needed()
    before, (x, y) = scale_of(page), middle_of(page.locator("[data-canvas]"))
    centre = centre_of(page)
    apart = range(30, 96, 6)
    move_fingers(page, *[[(x - far, y), (x + far, y)] for far in apart])
    assert scale_of(page) == pytest.approx(3 * before, rel=0.1)
    assert centre_of(page) == pytest.approx(centre, abs=4 / before)
