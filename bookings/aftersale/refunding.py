"""Giving a part of an order's money back while its tickets stay valid, as a courtesy."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from concert.money import check_amount, money
from letters.owing import owe_letter

from ..exceptions import Refusal
from ..models import Order
from ..sale import locks
from .giving_back import give_back, given_back, left_of


class TooMuch(Refusal):
    """More than is left of what was paid. `left` is an amount in `currency`."""

    status = 422

    def __init__(self, left, currency):
        super().__init__(left)
        self.left, self.currency = left, currency

    def __str__(self):
        if not self.left:
            return _("Nothing is left of what was paid for this order.")
        return _("At most %s can still go back.") % money(self.left, self.currency)


class NoSuchAmount(Refusal):
    """An amount with more decimals than its currency has."""

    status = 422


def give_back_by_hand(*, order, amount, actor, reason, wish):
    """Send `amount` of what was paid for the order back, and return what is on its way.

    The tickets stay as they are. `wish` names it: the same one sent twice is done once.
    Locks the hold, then the payments. Raises `TooMuch`, `NoSuchAmount`.
    """
    try:
        check_amount(amount, order.currency)
    except ValidationError as error:
        raise NoSuchAmount(error.message) from None
    key = f"by-hand:{order.reference}:{wish}"[:80]
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        order = Order.objects.get(pk=order.pk)
        left, asked = left_of(order), given_back(key)
        if asked:
            return asked
        if not Decimal(0) < amount <= left:
            raise TooMuch(left, order.currency)
        give_back(order=order, amount=amount, key=key, reason=reason, actor=actor, note=reason)
        owe_letter(
            kind="money_back",
            key=f"money-back:{key}",
            to=order.email,
            user=order.user,
            language=order.language,
            about={"order": order.reference, "refund": key},
        )
    return amount
