"""The colours of price categories on the seat map.

A category has the colour that the seating plan gives it, unless the plan gives none, or one that
another category near it has already. Then it has one of a palette of eight, chosen so that people
with colour vision deficiencies can tell them apart and numbers can be read on them, by day and by
night (`--category-0` to `--category-7` in static/css/tokens.css).

Beside its colour each category has a mark, which is its number: one of eight shapes, from the ninth
category on with a pattern (static/css/seatmap.css). Marks differ in forced colours, too.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import cos, hypot, radians, sin

from core.colours import contrast, oklch
from venues.plan_format.values import clean_color, default_color

# As in static/css/tokens.css, by day and by night; a test compares them.
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
PALETTE_BY_NIGHT = (
    "#677fff",
    "#e56000",
    "#6ff1bd",
    "#cf92be",
    "#fcd02c",
    "#bbc9ff",
    "#93bd72",
    "#988678",
)
# Plain, and three patterns. More categories than 32 repeat colours with patterns.
PATTERNS = 4
# For a category that the plan does not list.
UNKNOWN = 7
# Hue and vividness make a colour recognizable; the palette has lightnesses of its own.
_LIGHTNESS_WEIGHT = 0.3
# Colours closer than this in Oklab are alike.
_ALIKE = 0.06
_MUCH = 100.0


def map_colors(categories: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """Return the number of the CSS class `category-<n>` (0 to 31) of each category, by name.

    `categories` are those of a seating plan, `{"name": …, "color": "#rrggbb"}` in its order.
    """
    return {name: number for name, number, _color in _marks(_pairs(categories))}


def own_colors(categories: Sequence[Mapping[str, str]]) -> dict[int, str]:
    """Return the colours of the plan itself that are used, `#rrggbb` by the number of the class.

    Categories that are left out have the colour of the palette for their number.
    """
    return {number: color for _name, number, color in _marks(_pairs(categories)) if color}


def color_of(categories: Sequence[Mapping[str, str]], name: str) -> str:
    """Return the colour of a category, by day."""
    number = map_colors(categories).get(name, UNKNOWN)
    return own_colors(categories).get(number, PALETTE[number % len(PALETTE)])


def text_color_on(color: str) -> str:
    """Return black or white, whichever can be read better on a colour: at 4.5 to 1 or more."""
    return max("#000000", "#ffffff", key=lambda text: contrast(text, color))


def _pairs(categories: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return (name, colour) of each category; the colour is empty if the plan gives none.

    Import fills in `default_color` where the file gives none.
    """
    pairs = []
    for index, category in enumerate(categories):
        color = clean_color(category.get("color", "")) or ""
        pairs.append((category["name"], "" if color == default_color(index) else color))
    return tuple(pairs)


@lru_cache(maxsize=256)
def _marks(categories: tuple[tuple[str, str], ...]) -> tuple[tuple[str, int, str], ...]:
    """Return (name, number, own colour or empty); cached, as it takes milliseconds."""
    size = len(PALETTE)
    marks: list[tuple[str, int, str]] = []
    for start in range(0, len(categories), size):
        pattern = start // size % PATTERNS
        group = categories[start : start + size]
        own = _distinct([color for _name, color in group])
        indexes = _closest([color for _name, color in group], own)
        marks += [
            (name, index + size * pattern, color)
            for (name, _color), index, color in zip(group, indexes, own, strict=True)
        ]
    return tuple(marks)


def _distinct(colors: Sequence[str]) -> list[str]:
    """Return the colours, emptied where an earlier one looks like it."""
    kept: list[str] = []
    for color in colors:
        is_new = color and not any(_are_alike(color, other) for other in kept if other)
        kept.append(color if is_new else "")
    return kept


def _closest(colors: Sequence[str], own: Sequence[str]) -> tuple[int, ...]:
    """Return a different palette index for each of up to eight colours.

    Of all assignments, it is the one with the smallest sum of squared distances. Categories that
    take their colour from the palette avoid what looks like another's `own` colour.
    """
    used_colors = [color for color in own if color]
    costs = [
        [
            _distance(color, PALETTE[index]) ** 2
            + _MUCH * (not own[number] and _looks_like_one_of(index, used_colors))
            for index in range(len(PALETTE))
        ]
        for number, color in enumerate(colors)
    ]

    @cache
    def best(number: int, used: int) -> tuple[float, tuple[int, ...]]:
        """Return (cost, indexes) for the colours from `number` on; `used` is a bit mask."""
        if number == len(costs):
            return 0.0, ()
        options: list[tuple[float, tuple[int, ...]]] = []
        for index, cost in enumerate(costs[number]):
            if not used & 1 << index:
                rest, indexes = best(number + 1, used | 1 << index)
                options.append((cost + rest, (index, *indexes)))
        return min(options)

    return best(0, 0)[1]


def _looks_like_one_of(index: int, colors: Sequence[str]) -> bool:
    """Return whether a palette colour looks like one of the colours, by day or by night."""
    both = (PALETTE[index], PALETTE_BY_NIGHT[index])
    return any(_are_alike(shown, color) for shown in both for color in colors)


def _are_alike(one: str, other: str) -> bool:
    return hypot(*(a - b for a, b in zip(_oklab(one), _oklab(other), strict=True))) < _ALIKE


def _distance(color: str, palette_color: str) -> float:
    """Return how different two colours look; all are alike to one that is not a colour."""
    if not color:
        return 1.0
    (x, y, z), (a, b, c) = _oklab(color), _oklab(palette_color)
    return hypot((x - a) * _LIGHTNESS_WEIGHT, y - b, z - c)


def _oklab(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    lightness, chroma, hue = oklch(red, green, blue)
    return lightness, chroma * cos(radians(hue)), chroma * sin(radians(hue))
