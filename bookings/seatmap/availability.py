"""Which places are free: one snapshot of a performance, the same for everybody."""

import base64
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, CharField, Value, When

from ..models import Place
from ..querysets import is_open_at


@dataclass(frozen=True)
class Availability:
    """The free places of a performance at one moment.

    `bits` maps a section's id to one character for each of its places, in the order of the plan
    (a seat's `ordinal`): "1" free, "0" not. Standing places are alike, so only their number counts.
    """

    performance_id: int
    bits: dict = field(repr=False)

    def free_in(self, section_id):
        return self.bits.get(section_id, "").count("1")

    def size_of(self, section_id):
        return len(self.bits.get(section_id, ""))

    @property
    def free(self):
        return sum(bits.count("1") for bits in self.bits.values())

    def is_free(self, seat):
        """Whether a `DrawnSeat` is free."""
        bits = self.bits.get(seat.section_id, "")
        return seat.ordinal < len(bits) and bits[seat.ordinal] == "1"

    def packed(self, section_id):
        """Return a section's bits eight to a byte, first place highest, as base64 text."""
        bits = self.bits[section_id]
        padded = bits.ljust(-(-len(bits) // 8) * 8, "0")
        return base64.b64encode(int(padded or "0", 2).to_bytes(len(padded) // 8, "big")).decode()


def availability_of(performance_id):
    """Read the snapshot from the database, in one query."""
    rows = (
        Place.objects.filter(performance_id=performance_id)
        .values("section_id")
        .annotate(
            bits=StringAgg(
                Case(
                    When(is_open_at(), then=Value("1")),
                    default=Value("0"),
                    output_field=CharField(),
                ),
                delimiter="",
                order_by="pk",
            )
        )
        .order_by()
        .values_list("section_id", "bits")
    )
    return Availability(performance_id, dict(rows))
