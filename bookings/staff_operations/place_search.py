"""Finding a place of a performance by what people call it."""

import re

from venues.drawing import drawing_of

from ..exceptions import NoSuchPlace
from ..models import Place


def find_place(performance, text, *, besides=()):
    """Return the Place that `text` names: "Stalls F 12", "F12" where that is one seat only.

    The name of a standing section stands for any of its places but those with the ids `besides`,
    an open one if there is any. Upper and lower case, and what stands between the parts, count
    for nothing. Raises `NoSuchPlace`.
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
        of_section = places.standing().filter(section__in=standing).exclude(pk__in=besides)
        place = of_section.open_at().order_by("pk").first() or of_section.order_by("pk").first()
    if place is None:
        raise NoSuchPlace(text)
    return place


def _names(seat):
    """Each way to name the seat, from the full to the short."""
    row, number = _words(seat.row), _words(seat.number)
    return (
        _words(seat.section_name) + row + number,
        _words(f"{seat.section_name} row {seat.row} seat {seat.number}"),
        _words(str(seat.label)),
        row + number,
    )


def _words(text):
    """What counts of a name: its words and figures, "F12" being "f" and "12"."""
    return tuple(re.findall(r"\d+|[^\W\d_]+", str(text).casefold()))
