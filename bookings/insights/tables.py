"""Tables of figures and the charts that show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.annotations import Text

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
    return BarChart(
        [
            Bar(
                str(row[0]),
                str(row[column]),
                number * (BAR + GAP),
                round(WIDTH * float(row[column]) / float(highest), 1),
            )
            for number, row in enumerate(rows)
        ]
    )


def line_points(values: Sequence[tuple[int, float]], first: int) -> str:
    """Return the points of an SVG line of (days to go, percent), from `first` days to zero."""
    return " ".join(
        f"{round(WIDTH * (first - days) / (first or 1), 1)},{round(HEIGHT * (1 - part / 100), 1)}"
        for days, part in values
    )
