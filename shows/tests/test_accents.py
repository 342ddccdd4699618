import math
import re
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from core.colours import DAY_PAPER, NIGHT_PAPER, _encoded, _linear, contrast, oklch
from shows.posters import DEFAULT_ACCENT, HUES, accent_from_image, accent_pair, accents_css

CSS = Path(settings.BASE_DIR, "static", "css")
TOKENS = CSS.joinpath("tokens.css").read_text()
# Transformations of linear red, green and blue for eyes without one kind of cone: Machado, Oliveira
# and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009.
SIGHT = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "without long cones": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "without middle cones": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "without short cones": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
DAY, NIGHT = TOKENS.split("@media (prefers-color-scheme: dark)")[:2]


def colour(name, sheet):
    return re.search(rf"--{name}: (#[0-9a-f]{{6}});", sheet).group(1)


def test_the_palette_is_in_the_style_sheet():
    assert accents_css() in TOKENS


@pytest.mark.parametrize("accent", range(HUES))
def test_every_accent_is_readable_as_text_and_under_button_text(accent):
    day, night = accent_pair(accent)
    for paper in ("paper", "paper-raised", "paper-sunken"):
        assert contrast(day, colour(paper, DAY)) >= 4.5
        assert contrast(night, colour(paper, NIGHT)) >= 4.5
    assert contrast(day, "#fffdf8") >= 4.5
    assert contrast(night, "#151210") >= 4.5
    assert contrast(day, DAY_PAPER) >= 4.5
    assert contrast(night, NIGHT_PAPER) >= 4.5


@pytest.mark.parametrize("accent", range(HUES))
def test_every_accent_is_readable_on_its_own_tint(accent):
    day, night = accent_pair(accent)
    assert contrast(day, mixed(day, colour("paper", DAY), 0.10)) >= 4.5
    assert contrast(night, mixed(night, colour("paper", NIGHT), 0.13)) >= 4.5
    assert contrast(colour("ink-soft", DAY), mixed(day, colour("paper", DAY), 0.10)) >= 4.5
    assert contrast(colour("ink-soft", NIGHT), mixed(night, colour("paper", NIGHT), 0.13)) >= 4.5


@pytest.mark.parametrize("sheet", [DAY, NIGHT], ids=["day", "night"])
def test_text_states_and_focus_are_readable_on_every_background(sheet):
    for paper in ("paper", "paper-raised", "paper-sunken"):
        for text in ("ink", "ink-soft", "good", "warn", "bad"):
            assert contrast(colour(text, sheet), colour(paper, sheet)) >= 4.5, (text, paper)
        for shape in ("rule-strong", "focus"):
            assert contrast(colour(shape, sheet), colour(paper, sheet)) >= 3, (shape, paper)


@pytest.mark.parametrize("sheet", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize("category", range(8))
def test_seat_colours_have_contrast_and_their_numbers_are_readable(sheet, category):
    seat = colour(f"category-{category}", sheet)
    assert contrast(seat, colour("paper-raised", sheet)) >= 4.5
    assert contrast(seat, colour("paper", sheet)) >= 3


@pytest.mark.parametrize("sheet", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize("sight", SIGHT)
def test_seat_colours_differ_for_every_kind_of_colour_vision(sheet, sight):
    seen = [as_seen(colour(f"category-{number}", sheet), SIGHT[sight]) for number in range(8)]
    nearest = min(math.dist(one, other) for one, other in combinations(seen, 2))
    assert nearest >= 0.09


@pytest.mark.parametrize("accent", range(HUES))
def test_it_finds_the_accent_of_a_poster(accent):
    poster = Image.new("RGB", (90, 126), "#f4f0e4")
    poster.paste(accent_pair(accent)[0], (10, 10, 60, 60))
    found = accent_from_image(poster)
    assert min((found - accent) % HUES, (accent - found) % HUES) <= 1


def test_a_poster_without_colour_gets_the_default_accent():
    assert accent_from_image(Image.new("L", (90, 126), 30)) == DEFAULT_ACCENT


def as_seen(colour, sight):
    """Return the Oklab coordinates of a colour as seen with this colour vision."""
    parts = [_linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5)]
    seen = [_encoded(sum(w * p for w, p in zip(row, parts, strict=True))) for row in sight]
    lightness, chroma, hue = oklch(*seen)
    turn = math.radians(hue)
    return lightness, chroma * math.cos(turn), chroma * math.sin(turn)


def mixed(one, other, share):
    parts = (
        round(int(one[i : i + 2], 16) * share + int(other[i : i + 2], 16) * (1 - share))
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)
