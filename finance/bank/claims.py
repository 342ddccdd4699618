"""Claim bank transfers: for a payment, as a part of one, or as ignored. Each is decided once."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from payments.charges import settle_payment, start_payment
from payments.exceptions import AlreadyPaid
from payments.models import Payment
from payments.providers.counter import TRANSFER

from ..exceptions import TransferDecided
from ..models import BankTransfer


def claim(
    transfer: BankTransfer, payment: Payment, decided_by: str, order: str = "", reason: str = ""
) -> bool:
    """Match the transfer with the payment; return False if another transfer has it.

    Raises `TransferDecided` if the transfer has been decided meanwhile.
    """
    try:
        with transaction.atomic():
            decide(
                transfer,
                status=BankTransfer.Status.MATCHED,
                payment_key=payment.key,
                decided_by=decided_by,
                order=order,
                reason=reason,
            )
    except IntegrityError:
        return False
    return True


def decide(transfer: BankTransfer, **values: Any) -> None:
    """Update a transfer that is to be decided. Raises `TransferDecided`."""
    undecided = BankTransfer.objects.undecided().filter(pk=transfer.pk)
    if not undecided.update(problem="", decided_at=Now(), **values):
        raise TransferDecided
    transfer.refresh_from_db()


def start_return(transfer: BankTransfer, amount: Decimal, description: str) -> Payment:
    """Start the payment for money without an order; once captured, it is refunded.

    Repeatable: raises `AlreadyPaid` once it has been captured.
    """
    purpose = f"BANKTRANSFER{transfer.pk}"  # No order has this reference.
    return start_payment(
        purpose=purpose,
        amount=amount,
        currency=transfer.currency,
        description=description,
        return_url="/admin/",
        provider=TRANSFER,
        is_due=lambda: not Payment.objects.captured().for_purpose(purpose).exists(),
    )


def capture_return(transfer: BankTransfer, amount: Decimal, description: str, by: str) -> bool:
    """Record money without an order, and its refund; return False if that was done before."""
    try:
        payment = start_return(transfer, amount, description)
    except AlreadyPaid:
        return False
    settle_payment(payment, taken_by=by)
    return True


def last_day(transfers: list[BankTransfer]) -> date:
    return max(transfer.booked_on for transfer in transfers)
