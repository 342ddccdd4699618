"""Query vocabulary of the door."""

from typing import Self

from django.db import models


class CheckInQuerySet(models.QuerySet):
    def live(self) -> Self:
        """Return the check-ins that have not been undone."""
        return self.filter(undone_at=None)

    def at_performance(self, performance_id: int) -> Self:
        return self.filter(performance_id=performance_id)

    def with_ticket(self) -> Self:
        return self.select_related("ticket__order", "ticket__place")
