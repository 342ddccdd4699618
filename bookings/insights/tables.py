"""Tables of figures and the charts that show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.annotations import Text
from core.money import money

# In the charts' units.
WIDTH, HEIGHT, BAR, GAP = 600, 220, 22, 8


@dataclass(frozen=True)
class Bar:
    """A bar of a chart, in its units."""

    label: str
    value: str
    y: int
    width: float


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars with their labels."""

    bars: list[Bar]
    width = WIDTH
    bar = BAR

    @property
    def height(self) -> int:
        return len(self.bars) * (BAR + GAP)


@dataclass(frozen=True)
class LineChart:
    """Lines in percent over days to go; each is a name, a class and the points of an SVG line."""

    lines: list[tuple[Text, str, str]]
    first: int
    width = WIDTH
    height = HEIGHT


@dataclass(frozen=True)
class SeatChart:
    """The seats of a plan, by state: a name, a class and an SVG path."""

    groups: list[tuple[Text, str, str]]
    box: str
    size: float


@dataclass(frozen=True)
class Table:
    """Figures with a heading; the same rows are on the page and in the CSV file."""

    key: str
    title: Text
    headings: list[Text]
    rows: list[list[Any]]
    note: Text = ""
    bars: BarChart | None = None
    lines: LineChart | None = None
    seats: SeatChart | None = None
    # Columns with amounts, whose currency is in the last column.
    amounts: tuple[int, ...] = field(default=())


def bar_chart(rows: Sequence[Sequence[Any]], column: int, full: float = 0) -> BarChart:
    """Return bars for the rows, labelled by their first column.

    A bar of `full` has the whole width, by default the highest one.
    """
    highest = full or max((row[column] for row in rows), default=0) or 1
    return _bars([(row[0], row[column], row[column] / highest) for row in rows])


def amount_chart(rows: Sequence[Sequence[Any]], column: int) -> BarChart:
    """Return bars for amounts of either sign, whose currency is in the last column.

    Of each currency the highest amount has the whole width.
    """
    highest: dict[str, Any] = {}
    for row in rows:
        highest[row[-1]] = max(highest.get(row[-1], 0), abs(row[column]))
    return _bars(
        [
            (row[0], money(row[column], row[-1]), abs(row[column]) / (highest[row[-1]] or 1))
            for row in rows
        ]
    )


def _bars(rows: Sequence[tuple[Any, Any, Any]]) -> BarChart:
    """Return bars of (label, value, part of the width)."""
    return BarChart(
        [
            Bar(str(label), str(value), number * (BAR + GAP), round(WIDTH * float(part), 1))
            for number, (label, value, part) in enumerate(rows)
        ]
    )


def line_points(values: Sequence[tuple[int, float]], first: int) -> str:
    """Return the points of an SVG line of (days to go, percent), from `first` days to zero."""
    return " ".join(
        f"{round(WIDTH * (first - days) / (first or 1), 1)},{round(HEIGHT * (1 - part / 100), 1)}"
        for days, part in values
    )
