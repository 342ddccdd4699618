"""Record money that staff took or paid out by hand, in the transaction that captures or refunds it.

Without an entry there is no payment: if the cashier has no open till, the receiver raises, and the
capture is rolled back.
"""

from decimal import Decimal
from typing import Any

from payments.models import Payment, Refund
from payments.providers.counter import CASH, IN_PERSON

from ..exceptions import NoOpenTill, OtherCurrency
from ..models import TillEntry, TillSession
from .sessions import check_cash, lock_open_session


def record_sale(*, payment: Payment, **kwargs: Any) -> None:
    """Receive `payment_captured`: record a payment taken by hand. Locks the till session.

    Raises NoOpenTill for cash without an open till, and OtherCurrency.
    """
    if payment.provider not in IN_PERSON:
        return
    TillEntry.objects.create(
        session=_session(payment, payment.taken_by),
        kind=TillEntry.Kind.SALE,
        method=payment.provider,
        amount=payment.amount,
        currency=payment.currency,
        payment_key=payment.key,
        reference=payment.purpose,
        actor=payment.taken_by,
    )


def record_refund(*, refund: Refund, **kwargs: Any) -> None:
    """Receive `refund_sent`: record a refund paid out by hand. Locks the till session.

    Raises NoOpenTill, OtherCurrency, and NotEnoughCash.
    """
    payment = refund.payment
    if payment.provider not in IN_PERSON:
        return
    session = _session(payment, refund.paid_out_by)
    if payment.provider == CASH and session is not None:
        check_cash(session, Decimal(-refund.amount))
    TillEntry.objects.create(
        session=session,
        kind=TillEntry.Kind.REFUND,
        method=payment.provider,
        amount=-refund.amount,
        currency=payment.currency,
        payment_key=payment.key,
        refund_key=refund.key,
        reference=payment.purpose,
        actor=refund.paid_out_by,
        reason=refund.reason,
    )


def _session(payment: Payment, actor: str) -> TillSession | None:
    """Return the open till of the member of staff; payments by terminal need none."""
    kind, _colon, number = actor.partition(":")
    cashier = int(number) if kind == "staff" and number.isdigit() else 0
    try:
        return lock_open_session(cashier_id=cashier, currency=payment.currency)
    except (NoOpenTill, OtherCurrency):
        if payment.provider == CASH:
            raise
        return None
