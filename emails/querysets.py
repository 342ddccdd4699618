"""The querysets of e-mails: all conditions on a state are defined here."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.leases import claim_first, is_free

from .kinds import Urgency

if TYPE_CHECKING:
    from .models import OutboxEmail


class OutboxEmailQuerySet(models.QuerySet["OutboxEmail"]):
    def queued(self) -> Self:
        """Return those that are not rendered yet."""
        return self.filter(state="queued")

    def rendered(self) -> Self:
        """Return those that can be sent."""
        return self.filter(state="rendered")

    def unsent(self) -> Self:
        return self.filter(state__in=["queued", "rendered"])

    def sent(self) -> Self:
        return self.filter(state="sent")

    def skipped(self) -> Self:
        return self.filter(state="skipped")

    def failed(self) -> Self:
        """Return those that the mail server refused for good or that could not be rendered."""
        return self.filter(Q(state="failed") | (Q(state="queued") & ~Q(error="")))

    def retrying(self) -> Self:
        """Return those that the mail server did not accept at the last attempt."""
        return self.rendered().exclude(error="")

    def due(self) -> Self:
        """Return those whose next attempt is due by the database's clock."""
        return self.filter(due_at__lte=Now())

    def claim_next(self) -> "OutboxEmail | None":
        """Lease the most urgent due e-mail that is free, count the attempt, and return it or None.

        Locks its row and skips locked ones. One query for each urgency, because an index answers
        each with its first entry.
        """
        free = self.due().filter(is_free()).order_by("due_at", "pk")
        for urgency in sorted(Urgency, reverse=True):
            if email := claim_first(free.filter(urgency=urgency)):
                return email
        return None

    def held_by_sender(self, email: "OutboxEmail") -> Self:
        """Return the e-mail while this claim of it is current: each claim counts an attempt."""
        return self.rendered().filter(pk=email.pk, attempts=email.attempts)

    def locked_for_rendering(self) -> Self:
        """Lock e-mails while they are rendered. A second worker waits, and reads the new state."""
        return self.select_for_update(of=("self",))


class OptOutQuerySet(models.QuerySet):
    def of(self, *, email: str, kind: str) -> Self:
        return self.filter(email=email.strip().lower(), kind=kind)


class ConsentQuerySet(models.QuerySet):
    def given(self) -> Self:
        return self.filter(withdrawn_at=None)

    def withdrawn(self) -> Self:
        return self.filter(withdrawn_at__isnull=False)


class EmailTemplateQuerySet(models.QuerySet):
    def broken(self) -> Self:
        """Return texts that could not be filled in, so that the standard texts were sent."""
        return self.exclude(error="")
