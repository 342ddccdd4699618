"""Colours: contrast, and the same hue lighter or darker."""

import math
from functools import cache

# Slightly darker than any background of the light theme, and the lightest background of the dark
# theme (the --paper colours of static/css/tokens.css, and a page tinted with its accent).
DAY_PAPER = "#e3dcd0"
NIGHT_PAPER = "#24201c"

# WCAG 2.2, 1.4.3: contrast of text.
READABLE = 4.5


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def strongest(hue: float, lightness: float, chroma: float) -> str:
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


def readable(colour: str, ground: str) -> str:
    """Return the colour closest to `colour`, of its hue, that is readable as text on `ground`."""
    if contrast(colour, ground) >= READABLE:
        return colour
    lightness, chroma, hue = oklch(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))
    step = -0.005 if _luminance(ground) > 0.18 else 0.005
    while 0 < lightness < 1:
        lightness += step
        found = strongest(hue, lightness, chroma)
        if contrast(found, ground) >= READABLE:
            return found
    return "#000000" if step < 0 else "#ffffff"
