"""Price categories can be told apart in light, dark and forced colours, in the plan's own."""

import io
from itertools import combinations, product

import pytest
from PIL import Image, ImageChops

from .test_color_sheet import make_colored

pytestmark = pytest.mark.django_db(transaction=True)

OWN = ["#ffee00", "#000080", "#30a060"]
COLORS = [*OWN, "#ffee01", *["#808080"] * 9]  # Thirteen: five have a pattern.
ENOUGH = 0.03  # Share of pixels that must differ clearly.


def pictures_of(page, locator):
    """Return a picture of each element, cut out of one of the page."""
    boxes = [one.bounding_box() for one in locator.all()]
    whole = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    return [
        whole.crop((box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]))
        for box in boxes
    ]


def difference(one, other):
    channels = ImageChops.difference(one, other.resize(one.size)).split()
    strongest = channels[0]
    for channel in channels[1:]:
        strongest = ImageChops.lighter(strongest, channel)
    clear = strongest.point(lambda value: 255 if value > 40 else 0)
    return clear.histogram()[255] / (one.width * one.height)


def test_no_two_categories_look_alike(page, subtests):
    performance = make_colored(*COLORS)
    page.set_viewport_size({"width": 1200, "height": 2000})
    page.goto(f"/performances/{performance.pk}/")
    for scheme, forced in product(["light", "dark"], ["none", "active"]):
        with subtests.test(scheme=scheme, forced=forced):
            page.emulate_media(color_scheme=scheme, forced_colors=forced)
            pictures = pictures_of(page, page.locator(".legend-prices .swatch"))
            assert len(pictures) == len(COLORS)
            alike = [
                pair
                for pair in combinations(range(len(pictures)), 2)
                if difference(*(pictures[number] for number in pair)) < ENOUGH
            ]
            assert not alike


def test_seats_have_the_colour_of_the_plan_and_numbers_that_can_be_read(page):
    performance = make_colored(*OWN)
    page.goto(f"/performances/{performance.pk}/")
    seats = page.locator(".seat:enabled")
    seats.first.wait_for()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        styles = seats.evaluate_all(
            "(all) => all.map((one) => getComputedStyle(one))"
            ".map((style) => [style.backgroundColor, style.color])"
        )
        assert {tuple(style) for style in styles} == {
            ("rgb(255, 238, 0)", "rgb(0, 0, 0)"),
            ("rgb(0, 0, 128)", "rgb(255, 255, 255)"),
            ("rgb(48, 160, 96)", "rgb(0, 0, 0)"),
        }, scheme
