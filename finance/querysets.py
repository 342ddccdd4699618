"""Querysets of finance."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import CharField, DecimalField, Exists, OuterRef, Q, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat

from payments.models import Payment, Refund

if TYPE_CHECKING:
    from accounts.models import User

    from .models import (  # noqa: F401
        BankDebit,
        BankTransfer,
        ReconciliationTask,
        Settlement,
        TillEntry,
        TillSession,
    )


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


class BankTransferQuerySet(models.QuerySet["BankTransfer"]):
    def new(self) -> Self:
        """Transfers that have not been compared with the orders."""
        return self.filter(status="new")

    def undecided(self) -> Self:
        """Transfers that are new or to be decided by hand."""
        return self.filter(status__in=["new", "to_do"])

    def matched(self) -> Self:
        return self.filter(status="matched")

    def parts(self) -> Self:
        """Transfers accepted for orders that wait for the rest."""
        return self.filter(status="part")

    def parts_of(self, reference: str) -> Self:
        return self.parts().filter(order=reference).order_by("pk")

    def of_payouts(self) -> Self:
        """Transfers that are payouts of a payment provider."""
        return self.filter(status="payout")

    def of_payment(self, key: str) -> Self:
        return self.filter(payment_key=key)

    def total(self) -> Decimal:
        """Return the sum of the amounts."""
        return sum(self.values_list("amount", flat=True), Decimal(0))

    def without_captured_payment(self) -> Self:
        """Matched transfers whose payment is not captured: their process ended in between."""
        captured = Payment.objects.captured().filter(key=OuterRef("payment_key"))
        return self.matched().filter(~Exists(captured))

    def with_payer(self) -> Self:
        """Transfers that still name their payer."""
        return self.exclude(payer="", payer_iban="", text="")

    def finished(self, before: datetime) -> Self:
        """Transfers decided before then, without an outstanding refund."""
        purpose = Concat(Value("BANKTRANSFER"), Cast(OuterRef("pk"), CharField()))
        pending = Refund.objects.filter(
            payment__purpose=purpose, status__in=[Refund.Status.QUEUED, Refund.Status.FAILED]
        )
        waiting = Q(status__in=["new", "to_do", "part"])
        return self.filter(~waiting, ~Exists(pending), decided_at__lte=before)

    def without_captured_surplus(self) -> Self:
        """Matched transfers with a surplus whose process ended before it queued the refund."""
        purpose = Concat(Value("BANKTRANSFER"), Cast(OuterRef("pk"), CharField()))
        captured = Payment.objects.captured().filter(purpose=purpose)
        return self.matched().filter(~Exists(captured), surplus__gt=0)


class BankDebitQuerySet(models.QuerySet["BankDebit"]):
    def new(self) -> Self:
        """Debits that have not been compared with refunds and payouts."""
        return self.filter(status="new")

    def to_do(self) -> Self:
        """Unmatched debits that name an order or a payment provider."""
        return self.filter(status="to_do")

    def unmatched(self) -> Self:
        """Debits that are neither a refund nor a payout."""
        return self.filter(refund=None, payout=None)

    def matched(self) -> Self:
        return self.filter(status__in=["refund", "payout"])

    def with_payee(self) -> Self:
        """Debits that still name their payee."""
        return self.exclude(payee="", payee_iban="", text="")

    def finished(self, before: datetime) -> Self:
        """Decided debits that were booked before then."""
        return self.exclude(status__in=["new", "to_do"]).filter(booked_on__lte=before.date())


class ReconciliationTaskQuerySet(models.QuerySet["ReconciliationTask"]):
    def open(self) -> Self:
        """Tasks that staff have to act on."""
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        """Tasks that staff have closed with a reason."""
        return self.filter(closed_at__isnull=False)
