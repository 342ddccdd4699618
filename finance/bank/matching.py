"""Match bank transfers with orders: by reference, exact amount and currency.

A transfer is claimed before its payment is captured: the database refuses a second claim of the
transfer (a conditional update) and of the payment (a constraint). If a process ends in between,
`finish_matches` completes its claim.
"""

import logging

from django.utils.translation import gettext as _

from bookings.exceptions import OrderAlreadyPaid
from bookings.models import Order
from bookings.models.keys import REFERENCE_ALPHABET
from bookings.staff_operations.transfers import start_transfer
from core.money import money
from payments.charges import settle_payment
from payments.exceptions import AlreadyPaid, PaymentError
from payments.models import Payment
from payments.providers.counter import TRANSFER

from ..exceptions import OtherAmount, TransferDecided
from ..models import BankTransfer
from .claims import claim, decide, start_return
from .part_payments import accept_transfer, finish_parts, is_rest_of

logger = logging.getLogger(__name__)

REFERENCE_LENGTH = 8
STATEMENT = "statement"  # Recorded as the decider of automatic matches.
Problem = BankTransfer.Problem


def match_new_transfers(batch: int = 200) -> bool:
    """Match transfers that are new; return whether there are more.

    May run several times at once. Transfers that match no order are left to staff. Must not run
    inside a transaction.
    """
    transfers = list(BankTransfer.objects.new().order_by("pk")[:batch])
    for transfer in transfers:
        try:
            _match(transfer)
        except Exception:
            # It stays new; the others are matched, and the next run tries again.
            logger.exception("Bank transfer %s could not be matched.", transfer.pk)
    return len(transfers) == batch


def finish_matches(batch: int = 200) -> int:
    """Capture the payments of matched transfers whose process ended too early; return how many.

    Also settles or refunds parts that no longer wait for the rest.
    """
    unfinished = BankTransfer.objects.without_captured_payment().order_by("pk")[:batch]
    count = 0
    for transfer in unfinished:
        payment = Payment.objects.get(key=transfer.payment_key)
        settle_payment(payment, taken_by=transfer.decided_by)
        count += 1
    return count + finish_parts()


def assign_transfer(*, transfer: BankTransfer, order: Order, decided_by: str) -> Order:
    """Pay the order with the transfer, as staff decide, and return the order.

    The order gets its tickets, or a refund is queued if its places are gone. Raises `OtherAmount`,
    `OrderAlreadyPaid`, `TransferDecided`. Must not run inside a transaction.
    """
    if not _fits(transfer, order):
        raise OtherAmount(
            transfer=money(transfer.amount, transfer.currency),
            order=money(order.amount_due, order.currency),
        )
    if not _pay(transfer, order, decided_by):
        raise OrderAlreadyPaid
    return Order.objects.get(pk=order.pk)


def return_transfer(*, transfer: BankTransfer, decided_by: str, reason: str) -> Payment:
    """Record the money as received and to be refunded; return the payment.

    It belongs to no order, so a refund of all of it is queued, which staff transfer and mark as
    refunded. Raises `TransferDecided`. Must not run inside a transaction.
    """
    text = _("Bank transfer of %(payer)s: %(reason)s")
    description = text % {"payer": transfer.payer, "reason": reason}
    try:
        payment = start_return(transfer, transfer.amount, description)
    except AlreadyPaid:
        raise TransferDecided from None
    claim(transfer, payment, decided_by, reason=reason)
    return settle_payment(payment, taken_by=decided_by)


def ignore_transfer(*, transfer: BankTransfer, decided_by: str, reason: str) -> None:
    """Record that the transfer pays no order. Raises `TransferDecided`."""
    decide(transfer, status=BankTransfer.Status.IGNORED, decided_by=decided_by, reason=reason)


def references_in(text: str) -> set[str]:
    """Return all parts of the text that could be an order's reference.

    Banks break lines in the middle of words, so blanks and punctuation are ignored.
    """
    letters = "".join(c for c in text.upper() if c.isalnum())
    starts = range(len(letters) - REFERENCE_LENGTH + 1)
    found = {letters[n : n + REFERENCE_LENGTH] for n in starts}
    return {part for part in found if set(part) <= set(REFERENCE_ALPHABET)}


def _match(transfer: BankTransfer) -> None:
    orders = list(Order.objects.filter(reference__in=references_in(transfer.text))[:2])
    if len(orders) != 1:
        _leave_to_do(transfer, Problem.SEVERAL_ORDERS if orders else Problem.NO_ORDER)
        return
    [order] = orders
    if not _fits(transfer, order):
        _leave_to_do(transfer, Problem.OTHER_AMOUNT, order)
        return
    try:
        if not _pay(transfer, order, STATEMENT):
            _leave_to_do(transfer, Problem.ALREADY_PAID, order)
    except TransferDecided:
        pass  # Another process has matched it.


def _fits(transfer: BankTransfer, order: Order) -> bool:
    """Return whether the transfer is exactly the amount that is, or was, still due."""
    if transfer.currency != order.currency:
        return False
    recorded = _recorded(order) if order.received or order.is_confirmed else []
    return transfer.amount == order.amount_due or any(is_rest_of(transfer, p) for p in recorded)


def _pay(transfer: BankTransfer, order: Order, decided_by: str) -> bool:
    """Claim the order's payment for the transfer and capture it; return whether that was possible.

    A payment by transfer that staff have already recorded is claimed unchanged: it is the same
    money.
    """
    if not BankTransfer.objects.undecided().filter(pk=transfer.pk).exists():
        raise TransferDecided
    if order.received and not order.is_confirmed:
        accept_transfer(transfer=transfer, order=order, decided_by=decided_by)
        return True
    try:
        payment = start_transfer(order=order, received_on=transfer.booked_on)
    except AlreadyPaid:
        found = next((one for one in _recorded(order) if is_rest_of(transfer, one)), None)
        return found is not None and claim(transfer, found, decided_by, order=order.reference)
    if not claim(transfer, payment, decided_by, order=order.reference):
        return False
    try:
        settle_payment(payment, taken_by=decided_by)
    except PaymentError as error:
        logger.warning("Bank transfer %s is finished later: %s", transfer.pk, error)
    return True


def _recorded(order: Order) -> list[Payment]:
    payments = Payment.objects.captured().for_purpose(order.reference)
    return list(payments.filter(provider=TRANSFER))


def _leave_to_do(transfer: BankTransfer, problem: str, order: Order | None = None) -> None:
    BankTransfer.objects.new().filter(pk=transfer.pk).update(
        status=BankTransfer.Status.TO_DO, problem=problem, order=order.reference if order else ""
    )
