"""The seats of a section as HTML: rows of check boxes with accessible names.

It is built in Python, since a template takes a millisecond for every seven seats. Everything but
the state of the seats is built once and cached; a page joins the pieces.

The same HTML serves browsers without scripts, as rows of check boxes, and the map, on which
`static/js/seat-map.js` puts each seat where its `data-x` and `data-y` say.
"""

import gzip
import hashlib
from collections.abc import Collection
from decimal import Decimal
from functools import cached_property, lru_cache
from html import escape
from math import hypot
from pathlib import Path
from statistics import median_low

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

import core.money
import venues.drawing
from core.money import money
from shows.map_colors import UNKNOWN
from shows.terms import Terms
from venues.drawing import Drawing, DrawnRow, DrawnSeat, DrawnSection, drawing_of
from venues.models import Seat

# Of each category: name, price, colour.
Prices = tuple[tuple[str, Decimal, int], ...]
KINDS: dict[str, str] = {
    Seat.Kind.WHEELCHAIR: " is-wheelchair",
    Seat.Kind.COMPANION: " is-companion",
    Seat.Kind.RESTRICTED: " is-restricted",
}


def drawn_section(terms: Terms, section_id: int) -> "DrawnSeats":
    """Return a section's DrawnSeats in the active language, cached for these prices."""
    return _drawn(terms.plan_id, section_id, _prices(terms), terms.currency, get_language())


def drawing_hash(terms: Terms, section_id: int) -> str:
    """Return a hash that identifies a section's HTML, without building it.

    It covers everything that the HTML is built from: plan, section, prices, language, code and
    translations.
    """
    return _hash(terms.plan_id, section_id, _prices(terms), terms.currency, get_language())


class DrawnSeats:
    """A section's HTML, with or without the state of its seats."""

    def __init__(
        self,
        seats: list[tuple[int, int]],
        pieces: list[str],
        states: tuple[str, str, str],
    ):
        # `seats` are (ordinal, id) in the order of the HTML. The `pieces` are before, between and
        # after them; each seat itself adds one of the three `states`.
        self._seats, self._pieces = seats, pieces
        self._free, self._taken, self._chosen = states

    @cached_property
    def html(self) -> str:
        """Return the HTML with all seats available, which the map's script updates."""
        return self._join([self._free] * len(self._seats))

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self.html.encode(), 9, mtime=0)

    def html_with(self, bits: str, chosen: Collection[int] = frozenset()) -> str:
        """Return the HTML with the state of each seat; available `chosen` seats are checked."""
        bits = bits.ljust(len(self._seats), "0")
        return self._join(
            [
                self._taken
                if bits[ordinal] == "0"
                else self._chosen
                if seat_id in chosen
                else self._free
                for ordinal, seat_id in self._seats
            ]
        )

    def _join(self, states: list[str]) -> str:
        parts = [""] * (2 * len(states) + 1)
        parts[::2] = self._pieces
        parts[1::2] = states
        return "".join(parts)


def _prices(terms: Terms) -> Prices:
    return tuple((term.name, term.price, term.colour) for term in terms.categories.values())


@lru_cache(maxsize=4096)
def _hash(
    plan_id: int, section_id: int, prices: Prices, currency: str, language: str | None
) -> str:
    plan = (plan_id, drawing_of(plan_id).content_hash)
    inputs = repr((plan, section_id, prices, currency, language, _edition()))
    return hashlib.blake2b(inputs.encode(), digest_size=9).hexdigest()


@lru_cache(maxsize=1)
def _edition() -> str:
    """Return a hash of the code and the translations that the HTML is built with."""
    files = [Path(__file__), Path(venues.drawing.__file__), Path(core.money.__file__)]
    for folder in settings.LOCALE_PATHS:
        files += sorted(Path(folder).glob("*/LC_MESSAGES/django.mo"))
    digest = hashlib.blake2b(digest_size=9)
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=128)
def _drawn(
    plan_id: int, section_id: int, prices: Prices, currency: str, language: str | None
) -> DrawnSeats:
    drawing = drawing_of(plan_id)
    section = drawing.by_section_id[section_id]
    terms = {name: (price, colour) for name, price, colour in prices}
    with override(language):
        writer = _Writer(drawing, section, terms, currency)
        return DrawnSeats(writer.seats, writer.pieces, writer.states)


class _Writer:
    """Builds the HTML of one section in the active language."""

    def __init__(
        self,
        drawing: Drawing,
        section: DrawnSection,
        prices: dict[str, tuple[Decimal, int]],
        currency: str,
    ):
        self.drawing = drawing
        self.section = section
        self.prices = prices
        self.currency = currency
        # Names of wheelchair spaces and companion seats say what they are.
        self.kinds: dict[str, str] = {Seat.Kind.RESTRICTED: _("restricted view")}
        self.free, self.taken = escape(_("available")), escape(_("unavailable"))
        self.states = (
            f'{self.free}">',
            f'{self.taken}" disabled>',
            f'{self.free}" checked>',
        )
        self.seats: list[tuple[int, int]] = []
        self.pieces: list[str] = []
        self._write()

    def _write(self) -> None:
        piece = self._head()
        for row in self.section.rows:
            piece += self._row_start(row)
            for number, run in enumerate(row.runs):
                piece += '<span class="aisle"></span>' if number else ""
                for seat in map(self.drawing.seats.__getitem__, run):
                    self.seats.append((seat.ordinal, seat.id))
                    self.pieces.append(piece + self._seat_start(seat))
                    piece = f"<span>{escape(seat.number)}</span></label>"
            piece += "</fieldset>\n"
        self.pieces.append(f"{piece}</section>\n")

    def _head(self) -> str:
        section = self.section
        left, top, width, height = _extent(self.drawing, section)
        order = [self.drawing.seats[seat].ordinal for row in section.rows for seat in row.seat_ids]
        # The positions of the seats in the snapshot's bits, unless they are in the same order.
        positions = "" if order == sorted(order) else f' data-order="{" ".join(map(str, order))}"'
        return (
            f'<section class="seat-section" id="seats-{section.slug}" data-section="{section.id}"'
            f' data-box="{left:g} {top:g} {width:g} {height:g}"'
            f' data-pitch="{_pitch(self.drawing, section):g}"'
            f' data-free="{self.free}" data-taken="{self.taken}"{positions}'
            f' aria-labelledby="seats-{section.slug}-name">'
            f'<h3 id="seats-{section.slug}-name">{escape(section.name)}</h3>\n'
        )

    def _row_start(self, row: DrawnRow) -> str:
        name = escape(row.name)
        ends = [self.drawing.seats[row.seat_ids[end]] for end in (0, -1)]
        spots = " ".join(f"{seat.x:g} {seat.y:g}" for seat in ends)
        legend = escape(_("Row %(row)s") % {"row": row.name})
        return (
            f'<fieldset class="seat-row"><legend class="visually-hidden">{legend}</legend>'
            f'<span class="row-name" data-ends="{spots}" aria-hidden="true">{name}</span>'
        )

    def _seat_start(self, seat: DrawnSeat) -> str:
        """Return a seat's control up to where its state follows."""
        price, colour = self.prices.get(seat.category, (None, UNKNOWN))
        parts = [str(seat.label), "" if price is None else money(price, self.currency)]
        parts.append(self.kinds.get(seat.kind, ""))
        name = escape(", ".join(part for part in parts if part))
        return (
            f'<label class="seat category-{colour}{KINDS.get(seat.kind, "")}"'
            f' data-x="{seat.x:g}" data-y="{seat.y:g}" data-price="{price or 0}">'
            f'<input type="checkbox" name="seat" value="{seat.id}" aria-label="{name}, '
        )


def _extent(drawing: Drawing, section: DrawnSection) -> tuple[float, float, float, float]:
    """Return the left, top, width and height of the section's seats."""
    seats = [drawing.seats[seat] for seat in section.seat_ids]
    if not seats:
        return 0, 0, 0, 0
    xs, ys = [seat.x for seat in seats], [seat.y for seat in seats]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def _pitch(drawing: Drawing, section: DrawnSection) -> float:
    """Return the usual distance between neighbours, by which the map decides how far to zoom."""
    gaps: list[float] = []
    for row in section.rows:
        for run in row.runs:
            seats = [drawing.seats[seat] for seat in run]
            gaps += [hypot(b.x - a.x, b.y - a.y) for a, b in zip(seats, seats[1:], strict=False)]
    return median_low(gaps) if gaps else 25.0
