"""The number of checked-in tickets by section."""

from dataclasses import dataclass

from django.db.models import Count, Q

from bookings.models import Ticket
from core.shared_cache import get_or_build

SECONDS = 2


@dataclass(frozen=True)
class SectionCount:
    name: str
    sold: int
    checked_in: int


@dataclass(frozen=True)
class Attendance:
    sections: tuple[SectionCount, ...]

    @property
    def sold(self) -> int:
        return sum(section.sold for section in self.sections)

    @property
    def checked_in(self) -> int:
        return sum(section.checked_in for section in self.sections)


def attendance_of(performance_id: int) -> Attendance:
    """Return the attendance of a performance, at most two seconds old."""
    return get_or_build(f"door:{performance_id}", SECONDS, lambda: attendance_now(performance_id))


def attendance_now(performance_id: int) -> Attendance:
    """Return the current attendance of a performance. One query."""
    rows = (
        Ticket.objects.valid()
        .filter(performance_id=performance_id)
        .values_list("place__section__name")
        .annotate(
            sold=Count("pk", distinct=True),
            checked_in=Count("check_ins", filter=Q(check_ins__undone_at=None)),
        )
        .order_by("place__section__ordinal", "place__section__name")
    )
    return Attendance(tuple(SectionCount(*row) for row in rows))
