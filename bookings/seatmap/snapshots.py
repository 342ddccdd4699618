"""The snapshot of available places that all customers see, built at most once a second.

However many readers, processes and machines there are, the database is queried at most once a
second for each performance (see `core.shared_cache`). A read costs microseconds.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

from core.shared_cache import get_or_build
from shows.terms import terms_of
from venues.drawing import Drawing, drawing_of
from venues.plan_versions import seat_successors

from .availability import Availability, availability_of

MAX_AGE = 1  # Seconds.
# Number of former plan versions kept for open pages.
FORMER = 3


@dataclass(frozen=True)
class Snapshot:
    """A performance's available places, and the same as the JSON that browsers request.

    The JSON is `{"free": 120, "sections": {"<id>": [<free>, "<bits>"]}}`: how many are free in all,
    and for each section how many and, if it is seated, which: a bit for each seat in the order of
    the plan, packed as base64.
    """

    availability: Availability
    body: bytes = field(repr=False)
    gzipped: bytes = field(repr=False)
    etag: str
    # Seats that this process has seen taken since, so as not to offer them again within the second.
    # The only part that changes; each process has its own.
    taken: set[int] = field(default_factory=set, repr=False)

    def by_now(self, drawing: Drawing) -> Availability:
        """Return the availability without the seats that have been seen taken since."""
        bits: dict[int, list[str]] = {}
        for seat in map(drawing.seats.get, set(self.taken)):
            if seat and self.availability.is_free(seat):
                places = bits.setdefault(
                    seat.section_id, list(self.availability.bits[seat.section_id])
                )
                places[seat.ordinal] = "0"
        changed = {section: "".join(places) for section, places in bits.items()}
        return replace(self.availability, bits=self.availability.bits | changed)


def snapshot_of(performance_id: int) -> Snapshot:
    """Return the Snapshot, at most a second old. Raises NoSuchPerformance."""
    return get_or_build(
        _key(performance_id), MAX_AGE, lambda: _build(performance_id), reuse_in_builds=True
    )


def _key(performance_id: int) -> str:
    return f"availability:{performance_id}"


def _build(performance_id: int) -> Snapshot:
    terms = terms_of(performance_id)
    drawing = drawing_of(terms.plan_id)
    availability = availability_of(performance_id)
    sections: dict[str, list[Any]] = {}
    for section in drawing.sections:
        values: list[Any] = [availability.free_in(section.id)]
        if not section.is_standing and availability.size_of(section.id):
            values.append(availability.packed(section.id))
        sections[str(section.id)] = values
    for former in terms.former_plans[-FORMER:]:
        sections |= _sections_before(drawing_of(former), drawing, availability)
    content = {"free": availability.free, "sections": sections}
    body = json.dumps(content, separators=(",", ":")).encode()
    # Weak, because the plain and the compressed body share it.
    etag = f'W/"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
    return Snapshot(availability, body, gzip.compress(body, 6, mtime=0), etag)


def _sections_before(
    former: Drawing, drawing: Drawing, availability: Availability
) -> dict[str, list[Any]]:
    """Return the sections of a former version of the plan, for pages that show it."""
    now = seat_successors(former.plan_id, drawing.plan_id)
    sections: dict[str, list[Any]] = {}
    for section in former.sections:
        if section.is_standing:
            current = drawing.by_slug.get(section.slug)
            sections[str(section.id)] = [availability.free_in(current.id) if current else 0]
            continue
        bits = "".join(
            "1"
            if (seat := drawing.seats.get(now.get(old, 0))) and availability.is_free(seat)
            else "0"
            for old in section.seat_ids
        )
        known = Availability(availability.performance_id, {section.id: bits})
        sections[str(section.id)] = [bits.count("1"), known.packed(section.id)]
    return sections
