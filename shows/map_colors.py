"""The colours of price categories on the seat map.

The map has a palette of eight colours, chosen so that people with colour vision deficiencies can
tell them apart and numbers can be read on them, by day and by night (`--category-0` to
`--category-7` in static/css/tokens.css). Each category of a plan gets the palette colour closest to
its own colour in the plan, and no two get the same. From the ninth category on, the palette starts
again with a pattern (static/css/seatmap.css).
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import cos, hypot, radians, sin

from venues.plan_format.values import clean_color

from .accents import oklch

# As in static/css/tokens.css, by day; a test compares them.
PALETTE = (
    "#002c6a",
    "#c25100",
    "#005e64",
    "#a446bf",
    "#6a3f00",
    "#5b1ca3",
    "#537c63",
    "#412c22",
)
# Plain, and three patterns. More categories than 32 repeat colours with patterns.
PATTERNS = 4
# For a category that the plan does not list.
UNKNOWN = 7
# Hue and vividness make a colour recognizable; the palette has lightnesses of its own.
_LIGHTNESS_WEIGHT = 0.3


def map_colors(categories: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """Return the number of the CSS class `category-<n>` (0 to 31) of each category, by name.

    `categories` are those of a seating plan, `{"name": …, "color": "#rrggbb"}` in its order.
    """
    pairs = tuple((category["name"], category.get("color", "")) for category in categories)
    return dict(_numbers(pairs))


@lru_cache(maxsize=256)
def _numbers(categories: tuple[tuple[str, str], ...]) -> dict[str, int]:
    """Return {name: number} for (name, colour) pairs; cached, as it takes milliseconds."""
    size = len(PALETTE)
    numbers: dict[str, int] = {}
    for start in range(0, len(categories), size):
        pattern = start // size % PATTERNS
        for name, color in _closest(categories[start : start + size]).items():
            numbers[name] = color + size * pattern
    return numbers


def _closest(categories: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return {name: palette index} of up to eight categories, each with a different index.

    Of all assignments, it is the one with the smallest sum of squared distances.
    """
    costs = [
        [_distance(color, palette_color) ** 2 for palette_color in PALETTE]
        for _name, color in categories
    ]

    @cache
    def best(number: int, used: int) -> tuple[float, tuple[int, ...]]:
        """Return (cost, indexes) for the categories from `number` on; `used` is a bit mask."""
        if number == len(costs):
            return 0.0, ()
        options: list[tuple[float, tuple[int, ...]]] = []
        for index, cost in enumerate(costs[number]):
            if not used & 1 << index:
                rest, indexes = best(number + 1, used | 1 << index)
                options.append((cost + rest, (index, *indexes)))
        return min(options)

    names = [name for name, _color in categories]
    return dict(zip(names, best(0, 0)[1], strict=True))


def _distance(color: str, palette_color: str) -> float:
    """Return how different two colours look; all are alike to one that is not a colour."""
    clean = clean_color(color)
    if clean is None:
        return 1.0
    (x, y, z), (a, b, c) = _oklab(clean), _oklab(palette_color)
    return hypot((x - a) * _LIGHTNESS_WEIGHT, y - b, z - c)


def _oklab(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    lightness, chroma, hue = oklch(red, green, blue)
    return lightness, chroma * cos(radians(hue)), chroma * sin(radians(hue))
