"""The accent colour of a show, taken from its poster.

The accent is stored as one of 24 hues (a small integer on the show): the content security policy
allows no inline style for each show, and each of the 24 is readable as text on the page and under
the text of a button, in the light and the dark theme. ``static/css/tokens.css`` contains this
palette; ``shows/tests/test_accents.py`` compares the two and checks every contrast.
"""

import math
from functools import cache

from PIL import Image

HUES = 24
DEFAULT_ACCENT = 2

# Slightly darker than any background of the light theme, and the lightest background of the dark
# theme (the --paper colours of static/css/tokens.css, and a page tinted with its accent).
DAY_PAPER = "#e3dcd0"
NIGHT_PAPER = "#24201c"

_READABLE = 4.6
_BRIGHT = 7.5


@cache
def accent_pair(accent: int) -> tuple[str, str]:
    """Return an accent's colours as ``#rrggbb``: for the light theme and for the dark theme."""
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
    """Return the accent of a poster: the most frequent hue among its vivid colours.

    Grey, near-black and near-white pixels have no hue and are skipped; a poster with nothing else
    gets DEFAULT_ACCENT.
    """
    small = image.convert("RGB").resize((48, 64))
    pixels = small.tobytes()
    weights = [0.0] * HUES
    for red, green, blue in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True):
        lightness, chroma, hue = oklch(red, green, blue)
        if chroma > 0.06 and 0.2 < lightness < 0.95:
            weights[round(hue * HUES / 360) % HUES] += chroma**2
    if sum(weights) < 0.1:
        return DEFAULT_ACCENT
    # A colour often lies between two hues, so each counts half for its neighbours.
    shared = [weights[i] + (weights[i - 1] + weights[(i + 1) % HUES]) / 2 for i in range(HUES)]
    return max(range(HUES), key=shared.__getitem__)


def accents_css() -> str:
    """Return the palette as it stands in ``static/css/tokens.css``."""
    lines = [
        "/* Made by shows/accents.py: .accent-0 to .accent-23, the hue of a show's poster.",
        "   --day reads on paper, --night on ink; one of them is --accent. */",
    ]
    for accent in range(HUES):
        day, night = accent_pair(accent)
        lines.append(f".accent-{accent} {{ --day: {day}; --night: {night}; }}")
    return "\n".join(lines) + "\n"


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _strongest(hue: float, lightness: float, chroma: float) -> str:
    """Return the most vivid colour of that hue and lightness within sRGB."""
    while True:
        parts = _from_oklch(lightness, max(chroma, 0), hue)
        if chroma <= 0 or all(-0.0005 <= part <= 1.0005 for part in parts):
            return "#" + "".join(f"{_encoded(part):02x}" for part in parts)
        chroma -= 0.002


def oklch(red: int, green: int, blue: int) -> tuple[float, float, float]:
    """Return (lightness 0 to 1, chroma, hue in degrees) of an sRGB colour, channels 0 to 255.

    Oklab by Björn Ottosson, in polar form.
    """
    r, g, b = _linear(red), _linear(green), _linear(blue)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _from_oklch(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Return linear red, green and blue; outside 0 to 1 for colours outside sRGB."""
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
