"""React to captured payments, inside the transaction that records the capture."""

from typing import Any

from payments.models import Payment

from .aftersale.change_payments import fulfil_change, is_for_change
from .sale.orders import fulfil_order


def issue_tickets(sender: Any, payment: Payment, **kwargs: Any) -> None:
    """Receive `payment_captured`: fulfil the order, or the ticket change, that was paid for."""
    fulfil = fulfil_change if is_for_change(payment) else fulfil_order
    fulfil(payment)
