"""The vocabulary of the door."""

from django.db import models


class CheckInQuerySet(models.QuerySet):
    def live(self):
        """Those that have not been undone: who is inside."""
        return self.filter(undone_at=None)

    def at_performance(self, performance_id):
        return self.filter(performance_id=performance_id)

    def with_ticket(self):
        return self.select_related("ticket__order", "ticket__place")
