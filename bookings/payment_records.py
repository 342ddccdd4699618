"""React to payments: issue tickets, and record refunds and disputes in the transaction log.

Receivers of the signals of `payments`, inside the transaction that records the change.
"""

from decimal import Decimal
from typing import Any

from django.db.models.functions import Now

from payments.models import Dispute, Payment, Refund

from .aftersale.change_payments import fulfil_change, is_for_change
from .ledger.recording import record
from .models import LedgerEntry, Order
from .sale import locks
from .sale.holds import keep_while_processing
from .sale.orders import fulfil_order


def record_failed_refund(sender: Any, refund: Refund, **kwargs: Any) -> None:
    """Receive `refund_failed`. The refund is still owed: its amount in the log stays.

    Payments taken by hand are always refunded by hand, which is no failure.
    """
    if refund.payment.taken_by:
        return
    _record(
        LedgerEntry.Kind.REFUND_FAILED,
        refund.payment,
        detail={"refund": refund.key, "failure": refund.failure},
    )


def record_found_refund(sender: Any, refund: Refund, **kwargs: Any) -> None:
    """Receive `refund_found`: a refund made in the provider's dashboard. It cancels nothing."""
    _record(
        LedgerEntry.Kind.REFUND,
        refund.payment,
        amount=-refund.amount,
        detail={"refund": refund.key, "made_at_provider": True},
    )


def record_withdrawn_refund(sender: Any, refund: Refund, **kwargs: Any) -> None:
    """Receive `refund_withdrawn`: the money that was to be refunded stays with us."""
    _record(
        LedgerEntry.Kind.REFUND,
        refund.payment,
        amount=refund.amount,
        detail={"refund": refund.key, "withdrawn": True},
    )


def record_dispute(sender: Any, dispute: Dispute, **kwargs: Any) -> None:
    """Receive `dispute_opened`: mark the order, and log the money that the bank has taken."""
    _record_dispute(dispute, took_money=False)


def record_dispute_change(sender: Any, dispute: Dispute, took_money: bool, **kwargs: Any) -> None:
    """Receive `dispute_changed`: mark the order, and log the money that the bank returns."""
    _record_dispute(dispute, took_money=took_money)


def _record_dispute(dispute: Dispute, *, took_money: bool) -> None:
    """Mark and log the dispute of an order's payment. Locks the order's hold."""
    order = _order_of(dispute.payment)
    if order is None:
        return
    locks.lock_hold(pk=order.hold_id)
    _mark_order(order)
    moved = (int(took_money) - int(dispute.takes_money)) * dispute.amount
    _record(
        LedgerEntry.Kind.DISPUTE,
        dispute.payment,
        amount=moved or None,
        detail={
            "dispute": dispute.provider_reference,
            "status": str(dispute.status),
            "reason": dispute.reason,
        },
    )


def _mark_order(order: Order) -> None:
    payments = Payment.objects.for_purpose_and_additions(order.reference)
    is_disputed = Dispute.objects.blocking_refunds().filter(payment__in=payments).exists()
    if is_disputed != order.is_disputed:
        Order.objects.filter(pk=order.pk).update(disputed_at=Now() if is_disputed else None)


def _record(
    kind: LedgerEntry.Kind,
    payment: Payment,
    *,
    detail: dict[str, Any],
    amount: Decimal | None = None,
) -> None:
    order = _order_of(payment)
    if order is None:
        return  # The payment was refunded when it arrived: no order has this reference.
    record(
        kind,
        performance_id=order.performance_id,
        actor=payment.provider,
        order=order.reference,
        amount=amount,
        currency=payment.currency,
        detail={"payment": payment.key, **detail},
    )


def _order_of(payment: Payment) -> Order | None:
    # "ABCD2345-1" is a change of the order "ABCD2345".
    return Order.objects.filter(reference=payment.purpose.partition("-")[0]).first()


def keep_places(sender: Any, payment: Payment, **kwargs: Any) -> None:
    """Receive `payment_pending`: reserve the order's places longer, as long as they are held."""
    if not is_for_change(payment):
        keep_while_processing(reference=payment.purpose)


def issue_tickets(sender: Any, payment: Payment, **kwargs: Any) -> None:
    """Receive `payment_captured`: fulfil the order, or the ticket change, that was paid for."""
    fulfil = fulfil_change if is_for_change(payment) else fulfil_order
    fulfil(payment)
