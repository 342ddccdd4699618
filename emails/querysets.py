"""The vocabulary of e-mails."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core.leases import is_free, lease_end

from .kinds import Urgency

if TYPE_CHECKING:
    from .models import OutboxEmail


class OutboxEmailQuerySet(models.QuerySet["OutboxEmail"]):
    def queued(self) -> Self:
        """Those that are not rendered yet."""
        return self.filter(state="queued")

    def rendered(self) -> Self:
        """Those that can be sent."""
        return self.filter(state="rendered")

    def unsent(self) -> Self:
        return self.filter(state__in=["queued", "rendered"])

    def sent(self) -> Self:
        return self.filter(state="sent")

    def skipped(self) -> Self:
        return self.filter(state="skipped")

    def failed(self) -> Self:
        """Those that the mail server refused for good, and those that could not be rendered."""
        return self.filter(Q(state="failed") | (Q(state="queued") & ~Q(error="")))

    def retrying(self) -> Self:
        """Those that the mail server did not take at the last attempt."""
        return self.rendered().exclude(error="")

    def due(self) -> Self:
        """Those whose next attempt is due by the database's clock."""
        return self.filter(due_at__lte=Now())

    def claim_next(self) -> "OutboxEmail | None":
        """Lease the most urgent due e-mail that is free, and count the attempt; None without one.

        Locks its row, passing over those that others have locked. One query for each urgency,
        because each is answered by the first entry of an index.
        """
        free = self.due().filter(is_free()).order_by("due_at", "pk")
        for urgency in sorted(Urgency, reverse=True):
            rows = free.filter(urgency=urgency)
            email = rows.select_for_update(skip_locked=True, of=("self",)).first()
            if email is not None:
                email.attempts += 1
                self.model.objects.filter(pk=email.pk).update(
                    attempts=F("attempts") + 1, leased_until=lease_end()
                )
                return email
        return None

    def held_by_sender(self, email: "OutboxEmail") -> Self:
        """The e-mail itself, while the sender that claimed it has it: each claim is an attempt."""
        return self.rendered().filter(pk=email.pk, attempts=email.attempts)

    def locked_for_rendering(self) -> Self:
        """Lock e-mails while they are rendered; whoever comes second waits, and looks again."""
        return self.select_for_update(of=("self",))


class OptOutQuerySet(models.QuerySet):
    def of(self, *, email: str, kind: str) -> Self:
        return self.filter(email=email.strip().lower(), kind=kind)


class ConsentQuerySet(models.QuerySet):
    def given(self) -> Self:
        return self.filter(withdrawn_at=None)

    def withdrawn(self) -> Self:
        return self.filter(withdrawn_at__isnull=False)
