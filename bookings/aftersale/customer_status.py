"""How an order stands, as its customer is told."""

import logging
from dataclasses import dataclass
from enum import StrEnum

from payments.charges import settle_payment
from payments.exceptions import PaymentError
from payments.models import Payment

from ..models import Hold, Order

logger = logging.getLogger(__name__)


class Outlook(StrEnum):
    CONFIRMED = "confirmed"
    TO_PAY = "to_pay"  # Nobody has begun to pay, ...
    WAITING = "waiting"  # ... the provider has not said what came of it, ...
    DECLINED = "declined"  # ... or it said no.
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Standing:
    order: Order
    outlook: Outlook
    payment: Payment | None = None

    @property
    def is_waiting(self):
        return self.outlook == Outlook.WAITING

    @property
    def was_returned(self):
        """Whether money came that bought nothing, and has gone back."""
        captured = self.payment is not None and self.payment.status == Payment.Status.CAPTURED
        return captured and not self.is_confirmed

    @property
    def is_confirmed(self):
        return self.outlook == Outlook.CONFIRMED


def customer_status_of(order, *, ask=False):
    """Tell how the order stands. With `ask`, the provider is asked first about an open payment.

    Asking may turn the order into a paid one, or have its money sent back; `Standing.order` is the
    order as it is then. A provider that is away changes nothing. A confirmed order costs no query.
    """
    if order.is_confirmed:
        return Standing(order, Outlook.CONFIRMED)
    payment = Payment.objects.for_purpose(order.reference).order_by("-pk").first()
    if ask and payment is not None and payment.status == Payment.Status.OPEN:
        payment = _asked(payment)
        order = Order.objects.select_related("hold").get(pk=order.pk)
    return Standing(order, _outlook(order, payment), payment)


def _asked(payment):
    try:
        return settle_payment(payment)
    except PaymentError as error:
        logger.warning("What became of payment %s is not known yet: %s", payment.key, error)
        return payment


def _outlook(order, payment):
    if order.is_confirmed:
        return Outlook.CONFIRMED
    if not Hold.objects.live().filter(pk=order.hold_id).exists():
        return Outlook.LAPSED
    if payment is None:
        return Outlook.TO_PAY
    return Outlook.DECLINED if payment.status == Payment.Status.FAILED else Outlook.WAITING
