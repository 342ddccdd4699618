"""Query vocabulary of the API."""

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Now

from core.leases import is_free

if TYPE_CHECKING:
    from .models import ApiKey, Delivery, Endpoint, IdempotencyRecord  # noqa: F401


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self) -> Self:
        """Return the keys that are not revoked, of owners who are active staff."""
        return self.filter(revoked_at=None, owner__is_active=True, owner__is_staff=True)


class IdempotencyRecordQuerySet(models.QuerySet["IdempotencyRecord"]):
    def abandoned(self, lease: timedelta) -> Self:
        """Return the unfinished records so old that whoever claimed them must have died."""
        return self.filter(status=None, claimed_at__lte=Now() - lease)

    def outdated(self, kept_for: timedelta) -> Self:
        return self.filter(claimed_at__lte=Now() - kept_for)


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def enabled(self) -> Self:
        return self.filter(disabled_at=None)

    def with_pending(self) -> Self:
        """Annotate `pending`: the number of pending deliveries."""
        return self.annotate(pending=Count("deliveries", filter=Q(deliveries__status="pending")))


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def pending(self) -> Self:
        return self.filter(status="pending")

    def delivered(self) -> Self:
        return self.filter(status="delivered")

    def failed(self) -> Self:
        return self.filter(status="failed")

    def due(self) -> Self:
        """Return pending deliveries that are due, to endpoints that are enabled and not paused.

        Those that a worker has leased are left out.
        """
        ready = Q(endpoint__paused_until=None) | Q(endpoint__paused_until__lte=Now())
        return self.pending().filter(
            ready, is_free(), next_attempt_at__lte=Now(), endpoint__disabled_at=None
        )

    def held_by(self, *leased: "Delivery") -> Self:
        """Return those of the deliveries that the worker that leased them still has.

        Each lease counts as an attempt, so a later attempt belongs to another worker.
        """
        mine = (Q(pk=delivery.pk, attempts=delivery.attempts) for delivery in leased)
        return self.pending().filter(reduce(or_, mine), leased_until__isnull=False)

    def to_lease(self, batch: int) -> Self:
        """Lock up to `batch` due deliveries, skipping those that another worker has locked."""
        return (
            self.due()
            .order_by("next_attempt_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("endpoint", "event")[:batch]
        )
