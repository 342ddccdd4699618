"""Price categories can be told apart in light, dark and forced colours, in the plan's own."""

import io
from itertools import combinations

import pytest
from PIL import Image, ImageChops

from .test_color_sheet import make_colored

pytestmark = pytest.mark.django_db(transaction=True)

OWN = ["#ffee00", "#000080", "#30a060"]
COLORS = [*OWN, "#ffee01", *["#808080"] * 9]  # Thirteen: five have a pattern.
ENOUGH = 0.03  # Share of pixels that must differ clearly.


def picture_of(swatch):
    return Image.open(io.BytesIO(swatch.screenshot())).convert("RGB")


def difference(one, other):
    channels = ImageChops.difference(one, other.resize(one.size)).split()
    strongest = channels[0]
    for channel in channels[1:]:
        strongest = ImageChops.lighter(strongest, channel)
    clear = strongest.point(lambda value: 255 if value > 40 else 0)
    return clear.histogram()[255] / (one.width * one.height)


@pytest.mark.parametrize("forced", ["none", "active"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_two_categories_look_alike(page, scheme, forced):
    performance = make_colored(*COLORS)
    page.emulate_media(color_scheme=scheme, forced_colors=forced)
    page.set_viewport_size({"width": 1200, "height": 2000})
    page.goto(f"/performances/{performance.pk}/")
    swatches = page.locator(".legend-prices .swatch").all()
    pictures = dict(enumerate(picture_of(swatch) for swatch in swatches))
    assert len(pictures) == len(COLORS)
    alike = [
        pair
        for pair in combinations(pictures, 2)
        if difference(*(pictures[number] for number in pair)) < ENOUGH
    ]
    assert not alike


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_seats_have_the_colour_of_the_plan_and_numbers_that_can_be_read(page, scheme):
    performance = make_colored(*OWN)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"/performances/{performance.pk}/")
    seats = page.locator(".seat:enabled")
    seats.first.wait_for()
    styles = seats.evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one))"
        ".map((style) => [style.backgroundColor, style.color])"
    )
    assert {tuple(style) for style in styles} == {
        ("rgb(255, 238, 0)", "rgb(0, 0, 0)"),
        ("rgb(0, 0, 128)", "rgb(255, 255, 255)"),
        ("rgb(48, 160, 96)", "rgb(0, 0, 0)"),
    }
