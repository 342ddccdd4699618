"""The vocabulary of the room for programs."""

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Now


class ApiKeyQuerySet(models.QuerySet):
    def usable(self):
        """Neither revoked nor owned by an account that is switched off or no longer staff."""
        return self.filter(revoked_at=None, owner__is_active=True, owner__is_staff=True)


class IdempotencyRecordQuerySet(models.QuerySet):
    def abandoned(self, lease):
        """Unfinished, and so long under way that whoever claimed it must have died."""
        return self.filter(status=None, claimed_at__lte=Now() - lease)

    def outdated(self, kept_for):
        return self.filter(claimed_at__lte=Now() - kept_for)


class EndpointQuerySet(models.QuerySet):
    def on(self):
        return self.filter(disabled_at=None)

    def with_waiting(self):
        """Add `waiting`: how many deliveries each is still owed."""
        return self.annotate(waiting=Count("deliveries", filter=Q(deliveries__status="waiting")))


class DeliveryQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(status="waiting")

    def delivered(self):
        return self.filter(status="delivered")

    def given_up(self):
        return self.filter(status="given_up")

    def due(self):
        """Those whose time has come, at addresses that are on and do not rest."""
        rested = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=Now())
        return self.waiting().filter(rested, due_at__lte=Now(), endpoint__disabled_at=None)

    def claimable(self, batch):
        """Lock up to `batch` due deliveries, passing over those that another deliverer has."""
        return (
            self.due()
            .order_by("due_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("endpoint", "event")[:batch]
        )
