"""The seal of the transaction log: a hash chain for each performance."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LedgerSeal(models.Model):
    """The place of one entry of the transaction log in the hash chain of its performance.

    `hash` covers the entry and the hash before it (see `finance.ledger_seals`). Entries that
    belong to no performance are a chain of their own, number 0. Never changed or deleted.
    """

    # A plain value, like those of the log itself.
    entry = models.BigIntegerField(_("log entry"), primary_key=True)
    performance = models.BigIntegerField(_("performance"))
    position = models.PositiveIntegerField(_("position"))
    hash = models.CharField(_("hash"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed"), auto_now_add=True)

    class Meta:
        ordering = ["performance", "position"]
        verbose_name = _("ledger seal")
        verbose_name_plural = _("ledger seals")
        constraints = [
            models.UniqueConstraint(
                fields=["performance", "position"], name="ledger_chain_does_not_fork"
            ),
            models.CheckConstraint(condition=Q(position__gt=0), name="ledger_chain_starts_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.performance}/{self.position}"
