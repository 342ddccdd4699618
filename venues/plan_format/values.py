"""Check single values of a plan file: texts, numbers and colours."""

import re
from math import isfinite
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from PIL import ImageColor

if TYPE_CHECKING:
    from venues.plan_format.faults import Faults

# PostgreSQL cannot store the first, UTF-8 cannot encode the last, and no name needs the others.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
MAX_COORDINATE = 1_000_000

# For categories without a colour; people with colour vision deficiencies can tell them apart.
DEFAULT_COLORS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#8a63d2",
    "#7a7a7a",
)


def check_text(value: str, path: str, most: int, faults: "Faults", *, least: int = 1) -> str:
    """Return the stripped text; add a fault if it is unprintable, too short or too long."""
    text = value.strip()
    if _UNPRINTABLE.search(text):
        faults.add(path, _("contains characters that cannot be printed"))
    elif len(text) < least:
        faults.add(path, _("is empty"))
    elif len(text) > most:
        faults.add(path, _("is longer than %d characters") % most)
    return text


def check_number(value: float, path: str, faults: "Faults") -> float:
    """Return the number as a float; for an infinite or huge one, add a fault and return 0.0."""
    if isinstance(value, float) and not isfinite(value) or abs(value) > MAX_COORDINATE:
        faults.add(path, _("is too large a number"))
        return 0.0
    return float(value)


def tidy(number: float) -> float:
    """Return 10.0 as 10, so that equal plans are written as equal text."""
    return int(number) if number == int(number) else number


def default_color(index: int) -> str:
    """Return the colour of the category at `index`, if it has none; all of them differ.

    From the ninth on, they are darker and lighter variants of the first eight.
    """
    series, base = divmod(index, len(DEFAULT_COLORS))
    color = DEFAULT_COLORS[base]
    if not series:
        return color
    # 1/2, 1/4, 3/4, 1/8, …: never the same mixture twice.
    bits, share, step = (series + 1) // 2, 0.0, 0.5
    while bits:
        bits, bit = divmod(bits, 2)
        share, step = share + bit * step, step / 2
    target = 0 if series % 2 else 255
    channels = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    mixed = (round(channel + (target - channel) * share) for channel in channels)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def clean_color(text: str) -> str | None:
    """Return any CSS colour name or value as `#rrggbb`, or None if it is not a colour."""
    try:
        red, green, blue, *_alpha = ImageColor.getrgb(text.strip())
    except ValueError:
        return None
    return f"#{red:02x}{green:02x}{blue:02x}"
