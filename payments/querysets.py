"""Querysets of payments."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Now
from psycopg.types.json import Jsonb

from core.database.rows import run
from core.leases import is_free

if TYPE_CHECKING:
    from .models import (  # noqa: F401
        DemoCharge,
        Dispute,
        PageClosing,
        Payment,
        Payout,
        PayoutLine,
        ProviderEvent,
        Refund,
    )

# A payment is polled only when it is older: until then the customer is on the provider's page.
MIN_AGE = timedelta(minutes=1)

# Hand-written SQL, because every payment runs it (see `core.database.rows`).
INSERT_EVENT = """
INSERT INTO payments_providerevent (provider, event_id, kind, body, payment_id, outcome)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
"""


class PaymentQuerySet(models.QuerySet["Payment"]):
    def open(self) -> Self:
        return self.filter(status="open")

    def unfinished(self) -> Self:
        """Return payments that are open, or whose money is on its way."""
        return self.filter(status__in=["open", "pending"])

    def captured(self) -> Self:
        return self.filter(status="captured")

    def not_captured(self) -> Self:
        return self.exclude(status="captured")

    def of_provider(self, provider: str, reference: str) -> Self:
        """Return the payment that the provider knows by this reference."""
        return self.filter(provider=provider, provider_reference=reference)

    def for_purpose(self, purpose: str) -> Self:
        return self.filter(purpose=purpose)

    def for_purpose_and_additions(self, purpose: str) -> Self:
        """Return the payments for the purpose and its additions: "<purpose>-1", "<purpose>-2"."""
        return self.filter(Q(purpose=purpose) | Q(purpose__startswith=f"{purpose}-"))

    def with_refunded_amount(self) -> "models.QuerySet[Any]":
        """Annotate `refunded_amount`: the sum of refunds that were sent or are queued."""
        refund_model: Any = self.model._meta.get_field("refunds").related_model
        refunds = refund_model.objects.under_way().filter(payment=OuterRef("pk"))
        total = refunds.order_by().values("payment").annotate(total=Sum("amount")).values("total")
        return self.annotate(
            refunded_amount=Coalesce(Subquery(total), 0, output_field=_amount_field())
        )

    def locked(self) -> Self:
        """Lock the payments (FOR NO KEY UPDATE); events and refunds can still be inserted."""
        return self.select_for_update(of=("self",), no_key=True)

    def due_for_polling(self) -> Self:
        """Return the unfinished payments whose poll is due, the longest waiting first."""
        return (
            self.unfinished()
            .filter(next_poll_at__lte=Now(), created_at__lte=Now() - MIN_AGE)
            .order_by("next_poll_at", "pk")
        )


class RefundQuerySet(models.QuerySet["Refund"]):
    def queued(self) -> Self:
        return self.filter(status="queued")

    def due(self) -> Self:
        """Return the queued refunds that are due by the database's clock and not leased."""
        return self.queued().filter(is_free(), try_after__lte=Now())

    def held_by(self, refund: "Refund") -> Self:
        """Return the refund itself while the worker that leased it has it: each lease counts as an
        attempt."""
        return self.queued().filter(pk=refund.pk, attempts=refund.attempts)

    def failed(self) -> Self:
        return self.filter(status="failed")

    def under_way(self) -> Self:
        """Return refunds that were made or will be, without action by staff."""
        return self.exclude(status__in=["failed", "withdrawn"])

    def accepted(self) -> Self:
        """Return refunds that the provider has accepted and not reported as failed."""
        return self.filter(status__in=["sent", "succeeded"])

    def due_for_polling(self) -> Self:
        """Return refunds whose outcome is asked for now."""
        return self.filter(status="sent").filter(is_free(), try_after__lte=Now())

    def total(self) -> Decimal:
        """Return the sum of the amounts, except of those that were withdrawn."""
        total: Decimal = self.exclude(status="withdrawn").aggregate(
            total=Coalesce(Sum("amount"), 0, output_field=_amount_field())
        )["total"]
        return total


class PageClosingQuerySet(models.QuerySet["PageClosing"]):
    def due(self) -> Self:
        """Return the pages to close now that no worker has leased."""
        return self.filter(is_free(), try_after__lte=Now())

    def held_by(self, closing: "PageClosing") -> Self:
        """Return the row itself while the worker that leased it has it."""
        return self.filter(pk=closing.pk, attempts=closing.attempts)


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def unfinished(self) -> Self:
        """Return disputes that the bank has not decided."""
        return self.filter(status__in=["inquiry", "open", "submitted"])

    def to_answer(self) -> Self:
        """Return disputes that await an answer by staff, the most urgent first."""
        return self.filter(status__in=["inquiry", "open"]).order_by("act_by", "pk")

    def blocking_refunds(self) -> Self:
        """Return disputes by which the bank has taken the money: a refund would pay it twice."""
        return self.filter(takes_money=True)


class PayoutQuerySet(models.QuerySet["Payout"]):
    def incomplete(self) -> Self:
        return self.filter(is_complete=False)

    def complete(self) -> Self:
        """Return payouts whose movements are known."""
        return self.filter(is_complete=True)

    def of_reference(self, provider: str, reference: str) -> Self:
        """Return the payout that the provider knows by this reference."""
        return self.filter(provider=provider, provider_reference=reference)

    def not_failed(self) -> Self:
        """Return payouts that have arrived at the bank, or will."""
        return self.exclude(status="failed")


class PayoutLineQuerySet(models.QuerySet["PayoutLine"]):
    def unlinked(self) -> Self:
        """Return lines that name a payment, refund or dispute that was not known here."""
        return self.filter(
            Q(payment=None) & ~Q(payment_reference="")
            | Q(refund=None) & ~Q(refund_reference="")
            | Q(dispute=None) & ~Q(dispute_reference="")
        )


class ProviderEventQuerySet(models.QuerySet["ProviderEvent"]):
    def record(
        self,
        *,
        provider: str,
        event_id: str,
        kind: str,
        body: dict[str, Any],
        payment: "Payment | None" = None,
        outcome: str = "",
    ) -> bool:
        """Store the event and return whether it is new.

        One statement, which waits while another transaction inserts the same event.
        """
        values = [provider, event_id, kind, Jsonb(body), payment and payment.pk, outcome]
        return bool(run(INSERT_EVENT, values))


class DemoChargeQuerySet(models.QuerySet["DemoCharge"]):
    def webhook_due(self) -> Self:
        """Return the decided charges whose webhook is to be sent now."""
        decided = self.exclude(status="open")
        return decided.filter(webhook_at__lte=Now()).order_by("webhook_at", "pk")

    def refundable(self, amount: Decimal) -> Self:
        return self.filter(status="paid", refunded__lte=F("amount") - amount)


def _amount_field() -> "DecimalField[Any, Any]":
    return DecimalField(max_digits=11, decimal_places=2)
