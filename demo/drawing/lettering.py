"""Type: faces, measuring, breaking titles into lines, fitting them into a space.

The faces are open fonts (SIL OFL) that come as packages, because no machine can be trusted to have
any; nothing is looked up outside them.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from math import inf

import fontpkg
from PIL import ImageFont

# What each face is called here: the family, and its variation axes in the order of the font.
FACES = {
    "text": ("archivo", (500, 100)),
    "text-bold": ("archivo", (700, 100)),
    "grotesk": ("archivo", (800, 96)),
    "grotesk-black": ("archivo", (900, 100)),
    "grotesk-wide": ("archivo", (900, 125)),
    "grotesk-narrow": ("archivo", (700, 62)),
    "grotesk-light": ("archivo", (250, 100)),
    "condensed": ("anton", ()),
    "didone": ("bodoni-moda", (500, 28)),
    "didone-bold": ("bodoni-moda", (800, 40)),
    "fat": ("abril-fatface", ()),
    "groovy": ("righteous", ()),
    "deco": ("josefin-sans", (300,)),
    "deco-bold": ("josefin-sans", (700,)),
    "marker": ("permanent-marker", ()),
    "arty": ("syne", (800,)),
}

_MEASURE = 200


@dataclass(frozen=True)
class Line:
    """One line of a block: its text, its size, and where its baseline is below the block's top."""

    text: str
    size: float
    baseline: float


@lru_cache(maxsize=512)
def font(face: str, size: int) -> ImageFont.FreeTypeFont:
    family, axes = FACES[face]
    loaded = ImageFont.truetype(
        str(fontpkg.path(family, nearest=True)), size, layout_engine=ImageFont.Layout.BASIC
    )
    if axes:
        loaded.set_variation_by_axes(list(axes))
    return loaded


def width_of(text: str, face: str, size: float, tracking: float = 0) -> float:
    """How wide a line is. Tracking is in thousandths of the size, between letters."""
    letters = font(face, _MEASURE).getlength(text) * size / _MEASURE
    return letters + max(len(text) - 1, 0) * tracking * size / 1000


@lru_cache(maxsize=64)
def cap_height(face: str) -> float:
    """The height of a capital, as a part of the size."""
    return -font(face, _MEASURE).getbbox("H", anchor="ls")[1] / _MEASURE


def lines_of(text: str, count: int) -> list[str]:
    """The words of a text in that many lines, as even as can be."""
    words = text.split()
    ends = list(accumulate((len(word) + 1 for word in words), initial=0))
    last = len(words)

    def length(start, end):
        return ends[end] - ends[start] - 1

    def next_ends(start, lines):
        return range(start + 1, last - lines + 2) if lines > 1 else (last,)

    @cache
    def longest_of(start, lines):
        """How long the longest line is at best, from a word on."""
        if lines == 0:
            return 0
        return min(
            max(length(start, end), longest_of(end, lines - 1)) for end in next_ends(start, lines)
        )

    @cache
    def evenest(start, lines):
        """How uneven so many lines are at best, none longer than `longest`, and where each ends."""
        if lines == 0:
            return 0, ()
        splits = (
            (end, longest - length(start, end), *evenest(end, lines - 1))
            for end in next_ends(start, lines)
            if length(start, end) <= longest
        )
        return min(
            ((short**2 + spread, (end, *others)) for end, short, spread, others in splits),
            default=(inf, ()),
        )

    count = min(count, last)
    longest = longest_of(0, count)
    _spread, cuts = evenest(0, count)
    return [" ".join(words[a:b]) for a, b in pairwise((0, *cuts))]


def even_block(
    text: str, face: str, width: float, height: float, *, leading=0.95, tracking=0, most=5
) -> list[Line]:
    """The text as large as it fits with all lines of one size."""
    choices = []
    for count in range(1, min(most, len(text.split())) + 1):
        lines = lines_of(text, count)
        widest = max(width_of(line, face, 100, tracking) for line in lines)
        by_height = height / ((len(lines) - 1) * leading + cap_height(face))
        choices.append((min(width / widest * 100, by_height), lines))
    size, lines = max(choices, key=lambda choice: choice[0])
    first = cap_height(face) * size
    return [Line(line, size, first + i * leading * size) for i, line in enumerate(lines)]


def filled_block(
    text: str, face: str, width: float, height: float, *, gap=0.12, tracking=0, most=5
) -> list[Line]:
    """The text with each line as wide as the space, as on a letterpress bill.

    Of all line counts the one that fills most of the height is taken; a block that would be too
    high is made narrower as a whole.
    """
    best = None
    for count in range(1, min(most, len(text.split())) + 1):
        sizes = [
            (line, width / width_of(line, face, 1, tracking)) for line in lines_of(text, count)
        ]
        block, y = [], 0.0
        for line, size in sizes:
            y += cap_height(face) * size
            block.append(Line(line, size, y))
            y += gap * cap_height(face) * size
        bottom = block[-1].baseline
        shrink = min(1.0, height / bottom)
        filled = bottom * shrink * shrink
        if best is None or filled > best[0]:
            best = (filled, [Line(ln.text, ln.size * shrink, ln.baseline * shrink) for ln in block])
    return best[1]


def height_of(block: list[Line]) -> float:
    return block[-1].baseline


def wrapped(text: str, face: str, size: float, width: float) -> list[str]:
    """Running text broken so that no line is wider than the space, and none much shorter."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, face, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    even = lines_of(text, len(lines)) if len(lines) > 1 else lines
    if all(width_of(line, face, size) <= width for line in even):
        lines = even
    return [line.strip(" ·") for line in lines]
