"""The querysets of passes: all conditions on a state are defined here."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

# After the start of a performance, its passes no longer change.
FOLLOWED = timedelta(days=1)


class WalletPassQuerySet(models.QuerySet):
    def apple(self) -> Self:
        return self.filter(kind="apple")

    def google(self) -> Self:
        return self.filter(kind="google")

    def of_device(self, device: str) -> Self:
        """Return the passes that the device has registered."""
        return self.apple().filter(registrations__device=device)

    def followed(self) -> Self:
        """Return passes that somebody may have in a wallet, of performances that are not over."""
        # Found by its relation, because the models import this module.
        registrations: Any = self.model._meta.get_field("registrations").related_model
        registered = Exists(registrations.objects.filter(wallet_pass=OuterRef("pk")))
        coming = self.filter(ticket__performance__starts_at__gt=Now() - FOLLOWED)
        return coming.filter(Q(kind="google") | registered)

    def to_notify(self) -> Self:
        """Return passes with a change about which their wallets have not been notified."""
        return self.exclude(notified_at=F("changed_at")).order_by("pk")

    def outdated(self, days: int) -> Self:
        """Return passes of performances that began more than so many days ago."""
        return self.filter(ticket__performance__starts_at__lt=Now() - timedelta(days=days))

    def with_content(self) -> Self:
        """Read with each pass what it shows."""
        return self.select_related(
            "ticket__order",
            "ticket__place__section",
            "ticket__place__seat",
            "ticket__performance__show",
            "ticket__performance__venue",
        )
