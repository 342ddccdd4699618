"""Build sections from the positions of seats: row names, seat numbers, categories and kinds."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, count

from core.slugs import slug_of
from venues.drafts import SeatDraft, SectionDraft
from venues.models import Seat


def build_section(
    name: str,
    points: Sequence[Sequence[tuple[float, float]]],
    category: str | Sequence[tuple[str, int | None]],
    *,
    numbered: str = "left",
    first_number: int = 1,
    row_naming: str | Callable[[int], str] = "letters",
    first_row: int = 0,
    spaces: Mapping[str, Sequence[int]] | None = None,
    restricted: Mapping[str, Sequence[int]] | None = None,
    slug: str | None = None,
) -> SectionDraft:
    """Return a section with a seat at each point; `points` are rows of (x, y).

    `numbered` is one of SEAT_NUMBERS, from `first_number` on, `row_naming` one of ROW_NAMES or a
    function of the row's index, `first_row` the index of the first row. `category` is a name, or a
    list of (name, number of rows) from the front, whose last has the remaining rows. `spaces` gives
    the positions of wheelchair spaces by row, each followed by a companion seat, `restricted` those
    of seats with restricted view: `{"A": (1, 2), "last": (-2,)}`, from the left, or from the right
    if negative.
    `slug` is by default made from the name.
    """
    row_name = row_naming if callable(row_naming) else ROW_NAMES[row_naming]
    slug = slug or slug_of(name) or "section"
    seats = []
    for index, row in enumerate(points):
        row_label = row_name(first_row + index)
        is_last = index == len(points) - 1
        kinds = _kinds(len(row), row_label, is_last, spaces or {}, restricted or {})
        numbers = SEAT_NUMBERS[numbered](len(row), first_number)
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


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Letters that look like 1 and 0.
SKIPPED = "IO"


def row_letters(index: int, skipped: str = SKIPPED) -> str:
    """Return the name of a row, from 0: A, B, … H, J, … Z, AA, BB, … ZZ, AAA, …

    The letters `skipped` are left out.
    """
    letters = _letters(skipped)
    times, letter = divmod(index, len(letters))
    return letters[letter] * (times + 1)


def row_numbers(index: int) -> str:
    return str(index + 1)


def row_index(name: str, skipped: str = SKIPPED) -> int | None:
    """Return the index of a row by its name, a letter or a number; None for any other name."""
    if name.isascii() and name.isdigit() and 0 < int(name) <= MAX_ROW_NUMBER:
        return int(name) - 1
    letters = _letters(skipped)
    if not name or name[0] not in letters or name != name[0] * len(name):
        return None
    return letters.index(name[0]) + len(letters) * (len(name) - 1)


def next_row_name(names: Sequence[str]) -> str:
    """Return a free name that continues those of a section's rows: A, B → C; Box 7, Box 8 → Box 9.

    Letters that look like digits are skipped, unless these rows have one of them.
    """
    used = "".join(names).upper()
    skipped = "".join(letter for letter in SKIPPED if letter not in used)
    prefix, last = _split_name(names[-1])
    index = row_index(last.upper(), skipped)
    if index is None:
        options = (f"{names[-1]} {number}".strip() for number in count(2))
    else:
        step = _step(names, skipped)
        following = chain(range(index + step, -1, step) if step < 0 else (), count(index + 1))
        options = (prefix + _like(last, position, skipped) for position in following)
    taken = set(names)
    return next(name for name in options if name not in taken)


def _split_name(name: str) -> tuple[str, str]:
    """Return a row's name as (prefix, number or letters); the second is empty without either."""
    match = _NUMBERED.search(name)
    return (name[: match.start()], match[0]) if match else (name, "")


def _step(names: Sequence[str], skipped: str) -> int:
    """Return -1 if the last two rows count down, 1 otherwise."""
    (prefix, last), (before, first) = _split_name(names[-1]), _split_name(names[-2:][0])
    indexes = row_index(first.upper(), skipped), row_index(last.upper(), skipped)
    is_one = prefix == before and first.isdigit() == last.isdigit() and None not in indexes
    return -1 if is_one and (indexes[0] or 0) > (indexes[1] or 0) else 1


def _like(name: str, index: int, skipped: str) -> str:
    """Return the name of a row that is written like `name`: a number, capitals or small letters."""
    if name.isdigit():
        return row_numbers(index)
    letters = row_letters(index, skipped)
    return letters.lower() if name.islower() else letters


def _letters(skipped: str) -> str:
    return "".join(letter for letter in ALPHABET if letter not in skipped) or ALPHABET


def from_left(count: int, start: int = 1) -> list[str]:
    """Number seats from the left, as seen by the audience."""
    return _numbers(count, start, 1)


def from_right(count: int, start: int = 1) -> list[str]:
    return from_left(count, start)[::-1]


def odd_from_left(count: int, start: int = 1) -> list[str]:
    """Number seats with odd numbers only, from the first one that is not below `start`."""
    return _numbers(count, start | 1, 2)


def odd_from_right(count: int, start: int = 1) -> list[str]:
    return odd_from_left(count, start)[::-1]


def even_from_left(count: int, start: int = 1) -> list[str]:
    """Number seats with even numbers only, from the first one that is not below `start`."""
    return _numbers(count, start + start % 2, 2)


def even_from_right(count: int, start: int = 1) -> list[str]:
    return even_from_left(count, start)[::-1]


def odd_and_even(count: int, start: int = 1) -> list[str]:
    """Number seats with 1 and 2 in the middle, odd numbers to the left, even ones to the right."""
    right = count // 2
    return odd_from_right(count - right, start) + even_from_left(right, start)


def even_and_odd(count: int, start: int = 1) -> list[str]:
    """Number seats as `odd_and_even` does, with the even numbers to the left."""
    left = count // 2
    return even_from_right(left, start) + odd_from_left(count - left, start)


def _numbers(count: int, start: int, step: int) -> list[str]:
    return [str(start + step * position) for position in range(count)]


MAX_ROW_NUMBER = 10_000
# A number, the same letter once or several times, or a second letter (AB), at the end of a name.
_NUMBERED = re.compile(r"[0-9]{1,5}$|(?:^|(?<=[\s-]))([A-Za-z])\1*$|(?<=^[A-Z])[A-Z]$")
ROW_NAMES = {"letters": row_letters, "numbers": row_numbers}
SEAT_NUMBERS: dict[str, Callable[[int, int], list[str]]] = {
    "left": from_left,
    "right": from_right,
    "odd-left": odd_from_left,
    "odd-right": odd_from_right,
    "even-left": even_from_left,
    "even-right": even_from_right,
    "odd-even": odd_and_even,
    "even-odd": even_and_odd,
}
