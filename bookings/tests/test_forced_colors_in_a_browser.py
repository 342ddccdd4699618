"""The states of seats can be told apart in forced colours (Windows high contrast)."""

import io
from itertools import combinations

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import expect

from .factories import make_hold, make_sale, seated

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = {"A1": "wheelchair", "A2": "companion"}
SIDE = 44  # Pixels of each picture: a seat with its outline.
ENOUGH = 0.04  # Share of pixels that must differ clearly between two states.

SHOW_ALONE = """(input) => {
  for (const seat of document.querySelectorAll('.seat')) {
    seat.style.visibility = seat === input.parentNode ? 'visible' : 'hidden';
    seat.querySelector('span').textContent = '8';
  }
}"""


def picture_of(page, checkbox):
    checkbox.evaluate(SHOW_ALONE)
    box = checkbox.bounding_box()
    x, y = box["x"] + box["width"] / 2 - SIDE / 2, box["y"] + box["height"] / 2 - SIDE / 2
    clip = {"x": round(x), "y": round(y), "width": SIDE, "height": SIDE}
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L")


def difference(one, other):
    clear = ImageChops.difference(one, other).point(lambda value: 255 if value > 60 else 0)
    return clear.histogram()[255] / (SIDE * SIDE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_seat_states_differ_in_forced_colors(page, scheme):
    performance = make_sale(sections=[seated(kinds=KINDS)])
    make_hold(performance=performance, labels=["B2"])
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.goto(f"/performances/{performance.pk}/")
    seats = {
        name: page.locator(f"input[name=seat][aria-label*='row {label[0]}, seat {label[1:]},']")
        for name, label in {
            "available": "B6",
            "unavailable": "B2",
            "selected": "B4",
            "wheelchair": "A1",
            "companion": "A2",
            "focused": "C4",
        }.items()
    }
    seats["selected"].check()
    expect(page.locator("[data-summary]")).to_contain_text("1 seat")
    page.mouse.move(0, 0)
    pictures = {name: picture_of(page, checkbox) for name, checkbox in seats.items()}
    page.keyboard.press("Tab")  # The focus is visible after a key press.
    seats["focused"].focus()
    pictures["focused"] = picture_of(page, seats["focused"])
    alike = [
        (one, other)
        for one, other in combinations(pictures, 2)
        if difference(pictures[one], pictures[other]) < ENOUGH
    ]
    assert not alike
