"""Accept bank transfers of another amount than the order's.

Transfers of less are parts: the order stays reserved for the rest, and nothing is captured until
the total has arrived. Then one payment of the order's total is captured, which its parts share. A
surplus is a separate payment, which is refunded. Parts of an order that lapses, or is paid in
another way, are refunded.
"""

import logging
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings.exceptions import NotReserved, OrderAlreadyPaid
from bookings.models import Order
from bookings.order_emails import enqueue_order_email
from bookings.sale import locks
from bookings.staff_operations.transfers import start_transfer
from core.money import money
from payments.charges import settle_payment
from payments.exceptions import AlreadyPaid, PaymentError
from payments.models import Payment
from payments.providers.counter import TRANSFER

from ..exceptions import OtherAmount
from ..models import BankTransfer
from .claims import capture_return, decide, last_day, start_return

logger = logging.getLogger(__name__)


def accept_transfer(*, transfer: BankTransfer, order: Order, decided_by: str) -> Order:
    """Accept a transfer of whatever amount for an order; return the order.

    If less has arrived than the order costs, it stays reserved, and the customer is asked for the
    rest. If enough has arrived, it is paid, and a refund of any surplus is queued for staff. Locks
    the order's hold. Must not run inside a transaction. Raises `OtherAmount` for another currency,
    `NotReserved`, `OrderAlreadyPaid`, `TransferDecided`.
    """
    if transfer.currency != order.currency:
        raise OtherAmount(
            transfer=money(transfer.amount, transfer.currency),
            order=money(order.total, order.currency),
        )
    with transaction.atomic(durable=True):
        order = _locked(order)
        if order.is_confirmed:
            raise OrderAlreadyPaid
        left = order.amount_due - transfer.amount
        if left > 0 and not order.awaits_transfer:
            raise NotReserved
        decide(
            transfer,
            status=BankTransfer.Status.PART,
            order=order.reference,
            decided_by=decided_by,
        )
        _update_received(order)
        if left > 0:
            key = f"transfer-incomplete:{transfer.pk}"
            enqueue_order_email(order, "transfer_incomplete", key=key, transfer=transfer.pk)
    settle_parts(order)
    return Order.objects.get(pk=order.pk)


def settle_parts(order: Order) -> bool:
    """Pay the order with its parts if they suffice; return whether they did. Repeatable.

    Must not run inside a transaction.
    """
    parts = list(BankTransfer.objects.parts_of(order.reference))
    if not parts or sum(part.amount for part in parts) < order.total:
        return False
    try:
        payment = start_transfer(order=order, received_on=last_day(parts))
    except AlreadyPaid:
        return False
    last = _claim_parts(order, payment)
    if last is None:
        return False
    try:
        settle_payment(payment, taken_by=last.decided_by)
        _return_surplus(last)
    except PaymentError as error:
        logger.warning("Bank transfer %s is finished later: %s", last.pk, error)
    return True


def finish_parts() -> int:
    """Settle or refund parts that no longer wait for the rest; return of how many orders.

    Also completes the work of processes that ended too early. May run several times at once.
    """
    for transfer in BankTransfer.objects.without_captured_surplus():
        _return_surplus(transfer)
    waiting = BankTransfer.objects.parts().values("order")
    count = 0
    for order in Order.objects.filter(reference__in=waiting).order_by("pk"):
        try:
            count += settle_parts(order) or _join_or_return(order)
        except Exception:
            # The others are still finished; the next run tries again.
            logger.exception("The transfers for order %s could not be finished.", order.reference)
    return count


def is_rest_of(transfer: BankTransfer, payment: Payment) -> bool:
    """Return whether the transfer completes a payment that staff recorded by hand.

    It is all of the payment, or what earlier parts leave.
    """
    parts = BankTransfer.objects.of_payment(payment.key).filter(is_part=True)
    return bool(payment.amount - parts.total() == transfer.amount)


def _claim_parts(order: Order, payment: Payment) -> BankTransfer | None:
    """Match parts with the payment until the amount is covered; return the last of them.

    None if another process was faster. Parts are used in the order of their decisions; the last
    one reaches the total and has the surplus.
    """
    try:
        with transaction.atomic(durable=True):
            order = _locked(order)
            used: list[BankTransfer] = []
            left = payment.amount
            for part in BankTransfer.objects.parts_of(order.reference).order_by("decided_at", "pk"):
                used.append(part)
                left -= part.amount
                if left <= 0:
                    break
            if left > 0:
                return None
            for part in used:
                part.status, part.payment_key = BankTransfer.Status.MATCHED, payment.key
                part.is_part = part is not used[-1]
                part.surplus = Decimal(0) if part.is_part else -left
                part.save(update_fields=["status", "payment_key", "is_part", "surplus"])
            _update_received(order)
            if left < 0:
                key = f"transfer-surplus:{used[-1].pk}"
                enqueue_order_email(order, "transfer_surplus", key=key, transfer=used[-1].pk)
            return used[-1]
    except IntegrityError:
        return None  # Another transfer has the payment.


def _return_surplus(transfer: BankTransfer) -> None:
    if transfer.surplus:
        text = _("Bank transfer of %(payer)s: more than order %(order)s costs")
        description = text % {"payer": transfer.payer, "order": transfer.order}
        capture_return(transfer, transfer.surplus, description, transfer.decided_by)


def _join_or_return(order: Order) -> bool:
    """Refund the parts unless they still wait, or belong to a payment recorded by hand."""
    if order.is_reserved:
        return False
    recorded = _recorded_by_hand(order)
    for part in BankTransfer.objects.parts_of(order.reference):
        if recorded:
            _take(part, order, recorded, is_part=True)
        else:
            _send_back(part, order)
    return True


def _recorded_by_hand(order: Order) -> Payment | None:
    """Return the order's payment by transfer that no transfer of a bank statement completes."""
    payments = Payment.objects.captured().for_purpose(order.reference).filter(provider=TRANSFER)
    for payment in payments:
        if not BankTransfer.objects.of_payment(payment.key).filter(is_part=False).exists():
            return payment
    return None


def _send_back(part: BankTransfer, order: Order) -> None:
    text = _("Bank transfer of %(payer)s: order %(order)s was not paid in full")
    description = text % {"payer": part.payer, "order": part.order}
    try:
        payment = start_return(part, part.amount, description)
    except AlreadyPaid:
        return
    _take(part, order, payment, is_part=False)
    settle_payment(payment, taken_by=part.decided_by)


def _take(part: BankTransfer, order: Order, payment: Payment, *, is_part: bool) -> None:
    """Match a part with the payment, if it still waits."""
    with transaction.atomic(durable=True):
        order = _locked(order)
        BankTransfer.objects.parts().filter(pk=part.pk).update(
            status=BankTransfer.Status.MATCHED, payment_key=payment.key, is_part=is_part
        )
        _update_received(order)


def _locked(order: Order) -> Order:
    locks.lock_hold(pk=order.hold_id)
    return Order.objects.get(pk=order.pk)


def _update_received(order: Order) -> None:
    received = BankTransfer.objects.parts_of(order.reference).total()
    Order.objects.filter(pk=order.pk).update(received=received)
