"""React to captured payments, inside the transaction that records the capture."""

from typing import Any

from payments.models import Payment

from .aftersale.change_payments import fulfil_change, is_for_change
from .sale.holds import keep_while_processing
from .sale.orders import fulfil_order


def keep_places(sender: Any, payment: Payment, **kwargs: Any) -> None:
    """Receive `payment_pending`: reserve the order's places longer, as long as they are held."""
    if not is_for_change(payment):
        keep_while_processing(reference=payment.purpose)


def issue_tickets(sender: Any, payment: Payment, **kwargs: Any) -> None:
    """Receive `payment_captured`: fulfil the order, or the ticket change, that was paid for."""
    fulfil = fulfil_change if is_for_change(payment) else fulfil_order
    fulfil(payment)
