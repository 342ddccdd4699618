"""The available places of a performance."""

import base64
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, CharField, Value, When

from shows.terms import terms_of
from venues.drawing import DrawnSeat

from ..models import Place
from ..querysets import is_open_at


@dataclass(frozen=True)
class Availability:
    """The available places of a performance at one moment.

    `bits` maps a section's id to one character for each of its places, in the order of the plan
    (a seat's `ordinal`): "1" free, "0" not. Standing places are alike, so only their number counts.
    """

    performance_id: int
    bits: dict[int, str] = field(repr=False)

    def free_in(self, section_id: int) -> int:
        return self.bits.get(section_id, "").count("1")

    def size_of(self, section_id: int) -> int:
        return len(self.bits.get(section_id, ""))

    @property
    def free(self) -> int:
        return sum(bits.count("1") for bits in self.bits.values())

    def is_free(self, seat: DrawnSeat) -> bool:
        bits = self.bits.get(seat.section_id, "")
        return seat.ordinal < len(bits) and bits[seat.ordinal] == "1"

    def packed(self, section_id: int) -> str:
        """Return a section's bits eight to a byte, first place highest, as base64 text."""
        bits = self.bits[section_id]
        padded = bits.ljust(-(-len(bits) // 8) * 8, "0")
        return base64.b64encode(int(padded or "0", 2).to_bytes(len(padded) // 8, "big")).decode()


def availability_of(performance_id: int) -> Availability:
    """Read the availability from the database, in one query.

    Places are created in the order of the plan. Only a correction of the plan adds some later.
    """
    order = "seat__ordinal" if terms_of(performance_id).former_plans else "pk"
    rows = (
        Place.objects.in_plan()
        .filter(performance_id=performance_id)
        .values("section_id")
        .annotate(
            bits=StringAgg(
                Case(
                    When(is_open_at(), then=Value("1")),
                    default=Value("0"),
                    output_field=CharField(),
                ),
                delimiter="",
                order_by=order,
            )
        )
        .order_by()
        .values_list("section_id", "bits")
    )
    return Availability(performance_id, dict(rows))
