"""Check-ins: which ticket, when, and at which door."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bookings.models import Ticket
from shows.models import Performance


class CheckInQuerySet(models.QuerySet):
    def live(self) -> Self:
        """Return the check-ins that have not been undone."""
        return self.filter(undone_at=None)

    def at_performance(self, performance_id: int) -> Self:
        return self.filter(performance_id=performance_id)

    def with_ticket(self) -> Self:
        return self.select_related("ticket__order", "ticket__place")


class CheckIn(models.Model):
    """The check-in of a ticket. A mistake is undone, never deleted."""

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="check_ins", verbose_name=_("ticket")
    )
    performance = models.ForeignKey(
        Performance, models.PROTECT, related_name="check_ins", db_index=False
    )
    door = models.CharField(_("entrance"), max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("checked in by"),
    )
    # The scanner's own id of the scan, so that sending it twice checks in once.
    scan = models.CharField(max_length=40, null=True, unique=True, editable=False)
    # When the ticket was scanned. A device that is offline sends it later: `received_at`.
    at = models.DateTimeField(_("checked in"), db_default=Now())
    received_at = models.DateTimeField(_("received"), db_default=Now(), editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(undone_at=None),
                name="one_live_check_in_for_a_ticket",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__gte=F("at")),
                name="check_in_is_undone_after_it_was_made",
            ),
            models.CheckConstraint(
                condition=Q(received_at__gte=F("at")),
                name="check_in_is_received_after_it_was_made",
            ),
        ]
        indexes = [models.Index(fields=["performance", "-id"], name="check_in_by_performance")]

    def __str__(self) -> str:
        return f"{self.ticket} · {self.door}"

    @property
    def is_live(self) -> bool:
        return self.undone_at is None
