"""Query vocabulary of the waiting room."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

# How long visitors who have just been admitted are expected, before others are admitted instead.
GRACE_PERIOD = timedelta(seconds=30)
# How long after its admission a queue token may still be exchanged for a pass.
ADMISSION_VALID_FOR = timedelta(minutes=30)


class WaitingRoomQuerySet(models.QuerySet):
    def in_use(self) -> Self:
        """Return the rooms that are switched on, of performances whose sale has not ended."""
        performance = Q(performance__on_sale_until=None, performance__starts_at__gt=Now())
        return self.exclude(mode="off").filter(
            performance | Q(performance__on_sale_until__gt=Now()),
            performance__status="published",
        )


class LaneQuerySet(models.QuerySet):
    def to_join(self) -> Self:
        """Return the lanes that staff created, without those for returning visitors."""
        return self.filter(returns_to=None)


class AdmissionBatchQuerySet(models.QuerySet):
    def pending(self) -> Self:
        """Return the batches so recent that their visitors may still arrive."""
        return self.filter(admitted_at__gt=Now() - GRACE_PERIOD)

    def settled(self, since: timedelta) -> Self:
        """Return the batches of the last `since` whose visitors have had time to arrive."""
        return self.filter(admitted_at__lte=Now() - GRACE_PERIOD, admitted_at__gt=Now() - since)

    def since(self, ago: timedelta) -> Self:
        return self.filter(admitted_at__gt=Now() - ago)

    def containing(self, lane_id: int, position: int) -> Self:
        """Return the batches that admitted a position of a lane, or a later one, in order."""
        return self.filter(lane_id=lane_id, up_to__gte=position).order_by("up_to")


class PassQuerySet(models.QuerySet):
    def valid(self) -> Self:
        return self.filter(expires_at__gt=Now())

    def of(self, performance_id: int, visitor: str) -> Self:
        return self.filter(performance_id=performance_id, visitor=visitor)

    def walked_in(self, performance_id: int, household: str, now: datetime) -> Self:
        """Return one household's passes that are valid at `now` and were given without queueing."""
        counted = self.exclude(household="").filter(expires_at__gt=now)
        return counted.filter(performance_id=performance_id, household=household)

    def erase_households(self) -> int:
        """Erase the households of expired passes; return how many there were."""
        return self.exclude(household="").filter(expires_at__lte=Now()).update(household="")


class TurnAlertQuerySet(models.QuerySet):
    def of(self, performance_id: int, visitor: str) -> Self:
        return self.filter(room=performance_id, visitor=visitor)

    def to_send(self) -> Self:
        """Return those with a confirmed address that have not been sent."""
        return self.filter(sent_at=None, confirmed_at__isnull=False)

    def over(self, rooms_in_use: models.QuerySet) -> Self:
        """Return those of queues that have ended, and those not confirmed within a day."""
        ended = ~Q(room__in=rooms_in_use) | Q(room__closed_at__isnull=False)
        forgotten = Q(confirmed_at=None, requested_at__lte=Now() - timedelta(days=1))
        return self.filter(ended | forgotten)
