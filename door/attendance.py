"""How many are in, section by section."""

from dataclasses import dataclass

from django.db.models import Count, Q

from bookings.models import Ticket
from core.shared_cache import get_or_build

SECONDS = 2


@dataclass(frozen=True)
class SectionCount:
    name: str
    sold: int
    inside: int


@dataclass(frozen=True)
class Attendance:
    sections: tuple[SectionCount, ...]

    @property
    def sold(self):
        return sum(section.sold for section in self.sections)

    @property
    def inside(self):
        return sum(section.inside for section in self.sections)


def attendance_of(performance_id):
    """Return the `Attendance` of a performance, at most two seconds old, whoever asks how often."""
    return get_or_build(f"door:{performance_id}", SECONDS, lambda: attendance_now(performance_id))


def attendance_now(performance_id):
    """Ask the database: one query."""
    rows = (
        Ticket.objects.valid()
        .filter(performance_id=performance_id)
        .values_list("place__section__name")
        .annotate(
            sold=Count("pk", distinct=True),
            inside=Count("check_ins", filter=Q(check_ins__undone_at=None)),
        )
        .order_by("place__section__ordinal", "place__section__name")
    )
    return Attendance(tuple(SectionCount(*row) for row in rows))
