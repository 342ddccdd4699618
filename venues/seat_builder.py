"""Build sections from the positions of seats: row names, seat numbers, categories and kinds."""

from collections.abc import Callable, Mapping, Sequence

from core.slugs import slug_of
from venues.drafts import SeatDraft, SectionDraft
from venues.models import Seat


def build_section(
    name: str,
    points: Sequence[Sequence[tuple[float, float]]],
    category: str | Sequence[tuple[str, int | None]],
    *,
    numbered: str = "left",
    row_naming: str | Callable[[int], str] = "letters",
    first_row: int = 0,
    spaces: Mapping[str, Sequence[int]] | None = None,
    restricted: Mapping[str, Sequence[int]] | None = None,
    slug: str | None = None,
) -> SectionDraft:
    """Return a section with a seat at each point; `points` are rows of (x, y).

    `numbered` is one of SEAT_NUMBERS, `row_naming` one of ROW_NAMES or a function of the row's
    index, `first_row` the index of the first row. `category` is a name, or a list of (name, number
    of rows) from the front, whose last has the remaining rows. `spaces` gives the positions of
    wheelchair spaces by row, each followed by a companion seat, `restricted` those of seats with
    restricted view: `{"A": (1, 2), "last": (-2,)}`, from the left, or from the right if negative.
    `slug` is by default made from the name.
    """
    row_name = row_naming if callable(row_naming) else ROW_NAMES[row_naming]
    slug = slug or slug_of(name) or "section"
    seats = []
    for index, row in enumerate(points):
        row_label = row_name(first_row + index)
        is_last = index == len(points) - 1
        kinds = _kinds(len(row), row_label, is_last, spaces or {}, restricted or {})
        numbers = SEAT_NUMBERS[numbered](len(row))
        seats += [
            SeatDraft(
                guid=f"{slug}-{slug_of(row_label) or index + 1}-{number}",
                row=row_label,
                number=number,
                x=x,
                y=y,
                category=_category(category, index),
                kind=kind,
            )
            for (x, y), number, kind in zip(row, numbers, kinds, strict=True)
        ]
    return SectionDraft(name=name, slug=slug, seats=tuple(seats))


def _kinds(
    count: int,
    row: str,
    is_last: bool,
    spaces: Mapping[str, Sequence[int]],
    restricted: Mapping[str, Sequence[int]],
) -> list[str]:
    kinds = [Seat.Kind.ORDINARY.value] * count
    for position in _positions_in(restricted, row, is_last):
        kinds[position - 1 if position > 0 else position] = Seat.Kind.RESTRICTED.value
    for position in _positions_in(spaces, row, is_last):
        index = position - 1 if position > 0 else count + position
        kinds[index] = Seat.Kind.WHEELCHAIR.value
        kinds[index + 1] = Seat.Kind.COMPANION.value
    return kinds


def _positions_in(positions: Mapping[str, Sequence[int]], row: str, is_last: bool) -> list[int]:
    return [*positions.get(row, ()), *(positions.get("last", ()) if is_last else ())]


def _category(category: str | Sequence[tuple[str, int | None]], row: int) -> str:
    if isinstance(category, str):
        return category
    for name, rows in category[:-1]:
        if rows is None or row < rows:
            return name
        row -= rows
    return category[-1][0]


# Without I and O, which look like 1 and 0.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def row_letters(index: int) -> str:
    """Return the name of a row, from 0: A, B, … H, J, … Z, AA, BB, … ZZ, AAA, …"""
    times, letter = divmod(index, len(LETTERS))
    return LETTERS[letter] * (times + 1)


def row_numbers(index: int) -> str:
    return str(index + 1)


def from_left(count: int) -> list[str]:
    """Number seats from the left, as seen by the audience."""
    return [str(number) for number in range(1, count + 1)]


def from_right(count: int) -> list[str]:
    return from_left(count)[::-1]


def odd_and_even(count: int) -> list[str]:
    """Number seats with 1 and 2 in the middle, odd numbers to the left, even ones to the right."""
    right = count // 2
    odd = [str(number) for number in range(1, 2 * (count - right), 2)]
    even = [str(number) for number in range(2, 2 * right + 1, 2)]
    return odd[::-1] + even


ROW_NAMES = {"letters": row_letters, "numbers": row_numbers}
SEAT_NUMBERS = {"left": from_left, "right": from_right, "odd-even": odd_and_even}
