"""Sending a confirmation once more, to those who cannot find it."""

from django.db import transaction

from letters.models import Letter
from letters.owing import owe_again, owe_letter

from .exceptions import NothingToSend


def send_confirmation_again(*, order):
    """Owe the order's confirmation again, written afresh, and return the letter.

    Raises `NothingToSend` for an order without valid tickets.
    """
    if not order.tickets.valid().exists():
        raise NothingToSend
    key = f"confirmation:{order.reference}"
    first = Letter.objects.filter(key=key).first()
    if first is not None:
        return owe_again(first)
    with transaction.atomic():
        owe_letter(
            kind="order_confirmation",
            key=key,
            to=order.email,
            user=order.user,
            language=order.language,
            about={"order": order.reference},
        )
    return Letter.objects.get(key=key)
