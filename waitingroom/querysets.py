"""The waiting room's vocabulary."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

# How long those who have just been called are waited for before others are called instead.
PATIENCE = timedelta(seconds=30)
# How long after being called a place in the queue may still be used.
CALL_KEPT = timedelta(minutes=30)


class WaitingRoomQuerySet(models.QuerySet):
    def in_use(self):
        """Rooms that are switched on, of performances whose sale is not over."""
        performance = Q(performance__on_sale_until=None, performance__starts_at__gt=Now())
        return self.exclude(mode="off").filter(
            performance | Q(performance__on_sale_until__gt=Now()),
            performance__status="published",
        )


class CallQuerySet(models.QuerySet):
    def awaited(self):
        """Calls so fresh that those who were called may still be on their way in."""
        return self.filter(called_at__gt=Now() - PATIENCE)

    def heard(self, since):
        """Calls that everybody has had the time to hear, since `since` (a timedelta)."""
        return self.filter(called_at__lte=Now() - PATIENCE, called_at__gt=Now() - since)

    def since(self, ago):
        return self.filter(called_at__gt=Now() - ago)

    def of(self, lane_id, position):
        """The call that a position in a lane was in, first come first."""
        return self.filter(lane_id=lane_id, upto__gte=position).order_by("upto")


class PassQuerySet(models.QuerySet):
    def valid(self):
        return self.filter(expires_at__gt=Now())

    def of(self, performance_id, visitor):
        return self.filter(performance_id=performance_id, visitor=visitor)

    def walked_in(self, performance_id, household, now):
        """Those of one household who are in at `now` and came in without queueing."""
        counted = self.exclude(household="").filter(expires_at__gt=now)
        return counted.filter(performance_id=performance_id, household=household)

    def forget_households(self):
        """Forget where those whose time is over came from; return how many there were."""
        return self.exclude(household="").filter(expires_at__lte=Now()).update(household="")
