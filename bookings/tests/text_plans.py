"""Seating plans drawn as text, for tests of the seat selection.

    drawing, availability = plan_of("..xx. ...", "ww cc")

Each text is a row, from the stage backwards: "A", "B", … A character is a seat: "." free, "x"
taken; "w" and "c" a free wheelchair space and companion's seat, "W" and "C" taken ones; " " is an
aisle. Companions belong to the nearest wheelchair space of their row. "---" begins the next
section.
"""

from types import SimpleNamespace

from bookings.seatmap.availability import Availability
from venues.drawing import Drawing, DrawnRow, DrawnSeat, DrawnSection

KINDS = {".": "ordinary", "x": "ordinary", "w": "wheelchair", "c": "companion"}


def plan_of(*rows, categories=None):
    """Return the Drawing and the Availability. `categories` maps a row's name to its category."""
    sections, seats, bits, row_number, seat_id = [], {}, {}, 0, 100
    for section_id, texts in enumerate(_sections(rows), start=1):
        drawn = []
        for text in texts:
            name = chr(ord("A") + row_number)
            category = (categories or {}).get(name, "Regular")
            row, runs = _row(text, name, section_id, category, row_number, seat_id)
            drawn.append(DrawnRow(name, tuple(seat.id for seat in row), runs))
            seats |= {seat.id: seat for seat in row}
            seat_id += len(row)
            row_number += 1
        ids = tuple(seat for row in drawn for seat in row.seat_ids)
        seats |= {seat: _replace(seats[seat], ordinal=ordinal) for ordinal, seat in enumerate(ids)}
        cells = "".join(texts).replace(" ", "")
        bits[section_id] = "".join("1" if cell in ".wc" else "0" for cell in cells)
        sections.append(
            DrawnSection(
                id=section_id,
                slug=f"section-{section_id}",
                name=f"Section {section_id}",
                kind="seated",
                category="",
                capacity=len(ids),
                outline=(),
                ordinal=section_id,
                rows=tuple(drawn),
                seat_ids=ids,
            )
        )
    return _drawing(sections, seats), Availability(1, bits)


def seat_ids(drawing, *labels):
    by_label = {f"{seat.row}{seat.number}": seat.id for seat in drawing.seats.values()}
    return [by_label[label] for label in labels]


def labels(drawing, ids):
    return [f"{drawing.seats[seat].row}{drawing.seats[seat].number}" for seat in sorted(ids)]


def terms(**changes):
    """Return the parts of a performance's terms that the rules read."""
    return SimpleNamespace(**{"allow_single_gaps": False, "accessible_released": False} | changes)


def _sections(rows):
    sections = [[]]
    for row in rows:
        if row == "---":
            sections.append([])
        else:
            sections[-1].append(row)
    return sections


def _row(text, name, section_id, category, y, seat_id):
    middle, seats, runs = (len(text) - 1) / 2, [], [[]]
    for x, cell in enumerate(text):
        if cell == " ":
            runs.append([])
            continue
        seat = DrawnSeat(
            id=seat_id + len(seats),
            section_id=section_id,
            section_name=f"Section {section_id}",
            row=name,
            number=str(len(seats) + 1),
            x=float(x),
            y=float(y),
            kind=KINDS[cell.lower()],
            category=category,
            companion_of=None,
            ordinal=0,
            goodness=y + abs(x - middle) * 0.6,
        )
        seats.append(seat)
        runs[-1].append(seat.id)
    spaces = [seat for seat in seats if seat.kind == "wheelchair"]
    seats = [
        _replace(seat, companion_of=min(spaces, key=lambda s, x=seat.x: abs(s.x - x)).id)
        if seat.kind == "companion" and spaces
        else seat
        for seat in seats
    ]
    return seats, tuple(tuple(run) for run in runs if run)


def _replace(seat, **changes):
    fields = {name: getattr(seat, name) for name in DrawnSeat.__slots__}
    return DrawnSeat(**fields | changes)


def _drawing(sections, seats):
    companions = {}
    for seat in seats.values():
        if seat.companion_of:
            companions.setdefault(seat.companion_of, []).append(seat.id)
    return Drawing(
        plan_id=-1,
        content_hash="",
        width=100,
        height=100,
        decoration=(),
        categories=(),
        sections=tuple(sections),
        seats=seats,
        by_slug={section.slug: section for section in sections},
        by_section_id={section.id: section for section in sections},
        companions_of={space: tuple(ids) for space, ids in companions.items()},
    )
