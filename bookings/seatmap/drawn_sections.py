"""The seats of a section, as HTML and as data for the map.

The HTML is rows of check boxes with accessible names: it is what pages contain, and all there is
without scripts. It is built in Python, since a template takes a millisecond for every seven seats.
Everything but the state of the seats is built once and cached; a page joins the pieces.

The data is what `static/js/seat-sections.js` fetches for other sections. It puts each seat where
its position says.
"""

import gzip
import hashlib
import json
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from functools import cached_property, lru_cache
from html import escape
from math import hypot
from pathlib import Path
from statistics import median_low
from typing import Any

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
    """Return a hash that identifies a section's data, without building it.

    It covers everything that it is built from: plan, section, prices, language, code and
    translations.
    """
    return _hash(terms.plan_id, section_id, _prices(terms), terms.currency, get_language())


class DrawnSeats:
    """A section's HTML with the state of its seats, and its data without."""

    def __init__(
        self,
        seats: list[tuple[int, int]],
        pieces: list[str],
        states: tuple[str, str, str],
        data: dict[str, Any],
    ):
        # `seats` are (ordinal, id) in the order of the HTML. The `pieces` are before, between and
        # after them; each seat itself adds one of the three `states`.
        self._seats, self._pieces = seats, pieces
        self._free, self._taken, self._chosen = states
        self._data = data

    @cached_property
    def data(self) -> bytes:
        """Return the section as JSON, for the map.

        It has `rows` of [sign, accessible name, what names of seats begin with, seats], and a seat
        is [id, number, x, y, index in `prices`, index in `kinds`, ids of partners …]. `prices` are
        [amount, text, colour], `kinds` [kind, name of a seat with {} for its number, note].
        """
        return json.dumps(self._data, ensure_ascii=False, separators=(",", ":")).encode()

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self.data, 9, mtime=0)

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
    """Return a hash of the code and the translations that sections are built with."""
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
        return DrawnSeats(writer.seats, writer.pieces, writer.states, writer.data)


class _Writer:
    """Builds the HTML and the data of one section in the active language."""

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
        self.data = self._describe()
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
                    piece = ""
            piece += "</div>\n"
        self.pieces.append(f"{piece}</div>\n")

    def _describe(self) -> dict[str, Any]:
        categories = list(self.prices)
        kinds = list(Seat.Kind)
        return {
            "pitch": pitch_of(self.drawing, self.section),
            "order": self._order(),
            "free": _("available"),
            "taken": _("unavailable"),
            "kinds": [[kind, self._name_of(kind), self.kinds.get(kind, "")] for kind in kinds],
            "prices": [
                *(
                    [float(price), money(price, self.currency), colour]
                    for price, colour in self.prices.values()
                ),
                [0, "", UNKNOWN],
            ],
            "rows": [
                [
                    row.sign,
                    _("Row %(row)s") % {"row": row.name},
                    self._where(row),
                    [
                        [
                            *(seat.id, seat.number, seat.x, seat.y),
                            categories.index(seat.category)
                            if seat.category in self.prices
                            else len(categories),
                            kinds.index(Seat.Kind(seat.kind)),
                            *self._partners(seat),
                        ]
                        for seat in map(self.drawing.seats.__getitem__, row.seat_ids)
                    ],
                ]
                for row in self.section.rows
            ],
        }

    def _order(self) -> list[int]:
        """Return the positions of the seats in the snapshot, or nothing if they are in order."""
        order = [
            self.drawing.seats[seat].ordinal for row in self.section.rows for seat in row.seat_ids
        ]
        return [] if order == sorted(order) else order

    def _name_of(self, kind: str) -> str:
        """Return the name of a seat of a kind in its row, with {} in place of its number."""
        seat = next(iter(self.drawing.seats.values()))
        return replace(seat, section_name="", row="", number="{}", kind=kind).label

    def _where(self, row: DrawnRow) -> str:
        """Return what the names of a row's seats begin with: “Stalls, row F”."""
        seat = self.drawing.seats[row.seat_ids[0]]
        return seat.label.removesuffix(replace(seat, section_name="", row="").label).strip(", ")

    def _head(self) -> str:
        section = self.section
        left, top, width, height = extent_of(self.drawing, section.seat_ids)
        order = self._order()
        positions = f' data-order="{" ".join(map(str, order))}"' if order else ""
        return (
            f'<div class="seat-section" id="seats-{section.slug}" data-section="{section.id}"'
            f' data-box="{left:g} {top:g} {width:g} {height:g}"'
            f' data-pitch="{pitch_of(self.drawing, section):g}"'
            f' data-free="{self.free}" data-taken="{self.taken}"{positions}>'
            f"<h3>{escape(section.name)}</h3>\n"
        )

    def _row_start(self, row: DrawnRow) -> str:
        name = escape(_("Row %(row)s") % {"row": row.name})
        return (
            f'<div class="seat-row" role="group" aria-label="{name}">'
            f'<span class="row-name{"" if row.sign else " is-long"}" aria-hidden="true">'
            f"{_sign_in_name(row)}</span>"
        )

    def _seat_start(self, seat: DrawnSeat) -> str:
        """Return a seat's control up to where its state follows."""
        price, colour = self.prices.get(seat.category, (None, UNKNOWN))
        parts = [str(seat.label), "" if price is None else money(price, self.currency)]
        parts.append(self.kinds.get(seat.kind, ""))
        name = escape(", ".join(part for part in parts if part))
        partners = " ".join(map(str, self._partners(seat)))
        belongs = f' data-with="{partners}"' if partners else ""
        return (
            f'<input type="checkbox" name="seat" value="{seat.id}"'
            f' class="seat category-{colour}{KINDS.get(seat.kind, "")}"'
            f' data-n="{escape(seat.number)}" data-x="{seat.x:g}" data-y="{seat.y:g}"'
            f' data-price="{price or 0}"{belongs} aria-label="{name}, '
        )

    def _partners(self, seat: DrawnSeat) -> tuple[int, ...]:
        """Return the companion seats of a wheelchair space, or the space of a companion seat."""
        if seat.companion_of is not None:
            return (seat.companion_of,)
        return self.drawing.companions_of.get(seat.id, ())


def extent_of(drawing: Drawing, seat_ids: Collection[int]) -> tuple[float, float, float, float]:
    """Return the left, top, width and height of the positions of seats."""
    seats = [drawing.seats[seat] for seat in seat_ids]
    if not seats:
        return 0, 0, 0, 0
    xs, ys = [seat.x for seat in seats], [seat.y for seat in seats]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def pitch_of(drawing: Drawing, section: DrawnSection) -> float:
    """Return the usual distance between neighbours, which the map draws the seats by."""
    gaps: list[float] = []
    for row in section.rows:
        for run in row.runs:
            seats = [drawing.seats[seat] for seat in run]
            gaps += [hypot(b.x - a.x, b.y - a.y) for a, b in zip(seats, seats[1:], strict=False)]
    return median_low(gaps) if gaps else 25.0


def _sign_in_name(row: DrawnRow) -> str:
    """Return the name of a row as HTML; a map shows its sign alone."""
    if row.sign == row.name:
        return escape(row.name)
    return f"<span>{escape(row.name.removesuffix(row.sign))}</span>{escape(row.sign)}"
