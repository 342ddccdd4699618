"""What the sale does when money announces something. Runs inside money's own transaction."""

from .aftersale.change_payments import fulfil_change, is_for_change
from .sale.orders import fulfil_order


def give_tickets(sender, payment, **kwargs):
    fulfil = fulfil_change if is_for_change(payment) else fulfil_order
    fulfil(payment)
