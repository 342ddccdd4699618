"""Find a place of a performance by its name."""

import re
from collections.abc import Iterable

from shows.models import Performance
from venues.drawing import drawing_of

from ..exceptions import NoSuchPlace
from ..models import Place


def find_place(performance: Performance, text: str, *, excluding: Iterable[int] = ()) -> Place:
    """Return the place that `text` names: "Stalls F 12", or "F12" if only one seat has that name.

    The name of a standing section returns any of its places, an available one if possible, except
    those with the ids in `excluding`. Ignores case and punctuation. Raises `NoSuchPlace`.
    """
    drawing = drawing_of(performance.plan_id)
    wanted = _words(text)
    found = [seat.id for seat in drawing.seats.values() if wanted in _names(seat)]
    places = Place.objects.filter(performance=performance)
    if len(found) == 1:
        place = places.filter(seat=found[0]).first()
    else:
        standing = [
            section.id
            for section in drawing.sections
            if section.is_standing and _words(section.name) == wanted
        ]
        of_section = places.standing().filter(section__in=standing).exclude(pk__in=excluding)
        place = of_section.open_at().order_by("pk").first() or of_section.order_by("pk").first()
    if place is None:
        raise NoSuchPlace(text)
    return place


def _names(seat):
    """Return all names of the seat, from long to short."""
    row, number = _words(seat.row), _words(seat.number)
    return (
        _words(seat.section_name) + row + number,
        _words(f"{seat.section_name} row {seat.row} seat {seat.number}"),
        _words(str(seat.label)),
        row + number,
    )


def _words(text):
    """Return the words and numbers of a name; "F12" is "f" and "12"."""
    return tuple(re.findall(r"\d+|[^\W\d_]+", str(text).casefold()))
