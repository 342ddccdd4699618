"""The state of an order as its customer sees it."""

import logging
from dataclasses import dataclass
from enum import StrEnum

from payments.charges import settle_payment
from payments.exceptions import PaymentError
from payments.models import Payment

from ..models import Hold, Order

logger = logging.getLogger(__name__)


class OrderState(StrEnum):
    CONFIRMED = "confirmed"
    TO_PAY = "to_pay"  # No payment has been started.
    RESERVED = "reserved"  # Awaits a bank transfer.
    WAITING = "waiting"  # The provider has not reported the result of the payment yet.
    PROCESSING = "processing"  # Confirmed by the customer; the money arrives in some days.
    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class CustomerStatus:
    """An order with its state and its latest payment, if there is one."""

    order: Order
    state: OrderState
    payment: Payment | None = None

    @property
    def is_waiting(self) -> bool:
        return self.state == OrderState.WAITING

    @property
    def was_returned(self) -> bool:
        """Whether a payment arrived too late or twice, and has been refunded."""
        captured = self.payment is not None and self.payment.status == Payment.Status.CAPTURED
        return captured and not self.is_confirmed

    @property
    def is_confirmed(self) -> bool:
        return self.state == OrderState.CONFIRMED


def customer_status_of(order: Order, *, refresh: bool = False) -> CustomerStatus:
    """Return the order's status. With `refresh`, ask the provider about an open payment first.

    Refreshing can turn the order into a paid one, or refund its payment; `CustomerStatus.order` is
    the order as it is then. If the provider cannot be reached, nothing changes. No query for a
    confirmed order.
    """
    if order.is_confirmed:
        return CustomerStatus(order, OrderState.CONFIRMED)
    payment = Payment.objects.for_purpose(order.reference).order_by("-pk").first()
    if refresh and payment is not None and payment.is_unfinished:
        payment = _settled(payment)
        order = _reloaded(order)
    state = _state_of(order, payment)
    if state == OrderState.LAPSED:
        # Another request may have paid it since it was read; then its hold is not live either.
        order = _reloaded(order)
        state = _state_of(order, payment)
    return CustomerStatus(order, state, payment)


def unfinished_payment(order: Order) -> Payment | None:
    """Return the payment of the order, or of a change of it, that is under way."""
    payments = Payment.objects.unfinished().for_purpose_and_additions(order.reference)
    return payments.order_by("-pk").first()


def _reloaded(order: Order) -> Order:
    return Order.objects.select_related("hold").get(pk=order.pk)


def _settled(payment: Payment) -> Payment:
    try:
        return settle_payment(payment, for_page=True)
    except PaymentError as error:
        logger.warning("The status of payment %s is still unknown: %s", payment.key, error)
        return payment


def _state_of(order: Order, payment: Payment | None) -> OrderState:
    if order.is_confirmed:
        return OrderState.CONFIRMED
    if payment is not None and payment.status == Payment.Status.PENDING:
        return OrderState.PROCESSING
    if order.is_reserved and Order.objects.payable().filter(pk=order.pk).exists():
        return OrderState.RESERVED
    if not Hold.objects.live().filter(pk=order.hold_id).exists():
        return OrderState.LAPSED
    if payment is None or payment.status == Payment.Status.EXPIRED:
        return OrderState.TO_PAY
    if payment.status == Payment.Status.FAILED:
        return OrderState.DECLINED
    return OrderState.WAITING
