"""Querysets of finance."""

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import DecimalField, Sum
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from accounts.models import User

    from .models import Settlement, TillEntry, TillSession  # noqa: F401


class TillSessionQuerySet(models.QuerySet["TillSession"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def of_cashier(self, user: "User") -> Self:
        return self.filter(cashier=user)

    def locked(self) -> Self:
        """Lock the sessions (FOR NO KEY UPDATE): neither closed nor given entries meanwhile."""
        return self.select_for_update(of=("self",), no_key=True)


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def issued(self) -> Self:
        return self.filter(status="issued")

    def drafts(self) -> Self:
        return self.filter(status="draft")

    def of_same_performances(self, settlement: "Settlement") -> Self:
        """Return the issued settlements of exactly the same performances."""
        return self.issued().filter(covers=settlement.covers)


class TillEntryQuerySet(models.QuerySet["TillEntry"]):
    def cash(self) -> Self:
        return self.filter(method="cash")

    def total(self) -> Decimal:
        """Return the sum of the amounts."""
        field = DecimalField(max_digits=11, decimal_places=2)
        total: Decimal = self.aggregate(total=Coalesce(Sum("amount"), 0, output_field=field))[
            "total"
        ]
        return total
