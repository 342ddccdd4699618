"""What the sale does when money announces something. Runs inside money's own transaction."""

from .ordering import fulfil_order


def give_tickets(sender, payment, **kwargs):
    fulfil_order(payment)
