"""Turning points into seats: their rows, numbers, categories and kinds."""

from core.slugs import slug_of
from venues.drafts import SeatDraft, SectionDraft
from venues.models import Seat
from venues.numbering import ROW_NAMES, SEAT_NUMBERS


def fill(
    name,
    points,
    category,
    *,
    numbered="left",
    row_naming="emails",
    first_row=0,
    spaces=None,
    restricted=None,
    slug=None,
):
    """A section with a seat at each point.

    `numbered` is one of SEAT_NUMBERS, `row_naming` one of ROW_NAMES or a function of the row's
    index, `first_row` the index of the first row. `category` is a name, or a list of (name, rows)
    from the front; the last one's rows are the rest. `spaces` has the places of wheelchair spaces
    in a row, each with a companion seat after it; `restricted` those of seats with a restricted
    view: `{"A": (1, 2), "last": (-2,)}`, counted from the left, or from the right if negative.
    `slug` is the section's, if it is not to be made from its name.
    """
    row_name = row_naming if callable(row_naming) else ROW_NAMES[row_naming]
    slug = slug or slug_of(name) or "section"
    seats = []
    for index, row in enumerate(points):
        row_called = row_name(first_row + index)
        is_last = index == len(points) - 1
        kinds = _kinds(len(row), row_called, is_last, spaces or {}, restricted or {})
        numbers = SEAT_NUMBERS[numbered](len(row))
        seats += [
            SeatDraft(
                guid=f"{slug}-{slug_of(row_called) or index + 1}-{number}",
                row=row_called,
                number=number,
                x=x,
                y=y,
                category=_category(category, index),
                kind=kind,
            )
            for (x, y), number, kind in zip(row, numbers, kinds, strict=True)
        ]
    return SectionDraft(name=name, slug=slug, seats=tuple(seats))


def _kinds(count, row, is_last, spaces, restricted):
    kinds = [Seat.Kind.ORDINARY.value] * count
    for place in _places_in(restricted, row, is_last):
        kinds[place - 1 if place > 0 else place] = Seat.Kind.RESTRICTED.value
    for place in _places_in(spaces, row, is_last):
        index = place - 1 if place > 0 else count + place
        kinds[index] = Seat.Kind.WHEELCHAIR.value
        kinds[index + 1] = Seat.Kind.COMPANION.value
    return kinds


def _places_in(wanted, row, is_last):
    return (*wanted.get(row, ()), *(wanted.get("last", ()) if is_last else ()))


def _category(category, row):
    if isinstance(category, str):
        return category
    for name, rows in category[:-1]:
        if row < rows:
            return name
        row -= rows
    return category[-1][0]
