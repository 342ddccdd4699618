"""The accent a poster lends to its show.

A page is ink on paper; its one colour comes from the poster. The colour is kept as one of 24 hues
(a small integer on the show), because the content security policy allows no style of its own for
each show, and because each of the 24 has been chosen so that it can be read: as text on paper, and
under the text of a button, by day and by night. ``static/css/tokens.css`` has this palette written
out; ``shows/tests/test_accents.py`` holds the two together and checks every contrast.
"""

import math
from functools import cache

from PIL import Image

HUES = 24
DEFAULT_ACCENT = 2

# A little darker than any ground that an accent stands on by day, and the lightest one by night
# (the papers of static/css/tokens.css, and the wash that an accent gives its own page).
DAY_PAPER = "#e3dcd0"
NIGHT_PAPER = "#24201c"

_READABLE = 4.6
_BRIGHT = 7.5


@cache
def accent_pair(accent: int) -> tuple[str, str]:
    """The colours of an accent as ``#rrggbb``: the one for paper, the one for ink."""
    hue = (accent % HUES) * 360 / HUES
    lightness = next(
        step / 200
        for step in range(140, 40, -1)
        if contrast(_strongest(hue, step / 200, 0.21), DAY_PAPER) >= _READABLE
    )
    night = next(
        step / 200
        for step in range(100, 200)
        if contrast(_strongest(hue, step / 200, 0.16), NIGHT_PAPER) >= _BRIGHT
    )
    return _strongest(hue, lightness, 0.21), _strongest(hue, night, 0.16)


def accent_from_image(image: Image.Image) -> int:
    """The accent of a poster: the hue that its strong colours share most of.

    Grey, near-black and near-white say nothing about hue and are left out; a poster with nothing
    else gets the house's own accent.
    """
    small = image.convert("RGB").resize((48, 64))
    pixels = small.tobytes()
    weights = [0.0] * HUES
    for red, green, blue in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True):
        lightness, chroma, hue = _oklch(red, green, blue)
        if chroma > 0.06 and 0.2 < lightness < 0.95:
            weights[round(hue * HUES / 360) % HUES] += chroma**2
    if sum(weights) < 0.1:
        return DEFAULT_ACCENT
    # A colour straddles two neighbouring hues, so each counts half for the one beside it.
    shared = [weights[i] + (weights[i - 1] + weights[(i + 1) % HUES]) / 2 for i in range(HUES)]
    return max(range(HUES), key=shared.__getitem__)


def accents_css() -> str:
    """The palette as the style sheet ``static/css/tokens.css`` carries it."""
    lines = [
        "/* Made by shows/accents.py: .accent-0 to .accent-23, the hue of a show's poster.",
        "   --day reads on paper, --night on ink; one of them is --accent. */",
    ]
    for accent in range(HUES):
        day, night = accent_pair(accent)
        lines.append(f".accent-{accent} {{ --day: {day}; --night: {night}; }}")
    return "\n".join(lines) + "\n"


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _strongest(hue: float, lightness: float, chroma: float) -> str:
    """The most vivid colour of that hue and lightness that a screen can show."""
    while True:
        parts = _from_oklch(lightness, max(chroma, 0), hue)
        if chroma <= 0 or all(-0.0005 <= part <= 1.0005 for part in parts):
            return "#" + "".join(f"{_encoded(part):02x}" for part in parts)
        chroma -= 0.002


def _oklch(red: int, green: int, blue: int) -> tuple[float, float, float]:
    """Oklab by Björn Ottosson, in polar form: lightness 0 to 1, chroma, hue in degrees."""
    r, g, b = _linear(red), _linear(green), _linear(blue)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _from_oklch(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """The linear red, green and blue of a colour; outside 0 to 1 when no screen can show it."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


@cache
def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _encoded(linear: float) -> int:
    linear = min(max(linear, 0.0), 1.0)
    value = linear * 12.92 if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(value * 255)
