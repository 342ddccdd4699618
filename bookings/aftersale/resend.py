"""Sending a confirmation once more, to those who cannot find it."""

from django.db import transaction

from core.email_addresses import lookup_email
from emails.models import OutboxEmail
from emails.outbox import enqueue_again, enqueue_email

from ..exceptions import NothingToSend
from ..models import Order

# More orders than that for what is to come are an agency's, which knows where its tickets are.
MOST_ORDERS = 20


def send_confirmation_again(*, order):
    """Owe the order's confirmation again, written afresh, and return the letter.

    Raises `NothingToSend` for an order without valid tickets, or without an address.
    """
    if not order.email or not order.tickets.valid().exists():
        raise NothingToSend
    key = f"confirmation:{order.reference}"
    first = OutboxEmail.objects.filter(key=key).first()
    if first is not None:
        return enqueue_again(first)
    with transaction.atomic():
        enqueue_email(
            kind="order_confirmation",
            key=key,
            to=order.email,
            user=order.user,
            language=order.language,
            about={"order": order.reference},
        )
    return OutboxEmail.objects.get(key=key)


def send_all_again(*, email):
    """Owe the confirmations of all that this address has still to come; return how many.

    Whoever asks learns nothing from it: the letters go to the address alone.
    """
    orders = Order.objects.paid().upcoming().of_customer(email=lookup_email(email))
    found = list(orders[:MOST_ORDERS])
    for order in found:
        send_confirmation_again(order=order)
    return len(found)
