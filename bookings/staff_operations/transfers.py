"""Record bank transfers for orders that staff or an imported bank statement report."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from payments.charges import settle_payment, start_payment
from payments.exceptions import AlreadyPaid
from payments.models import Payment
from payments.providers.counter import TRANSFER
from shows.terms import terms_of

from ..exceptions import OrderAlreadyPaid
from ..models import Order
from ..sale.queries import is_confirmed


def record_transfer(*, order: Order, received_on: date, taken_by: str) -> Order:
    """Record that the order's total has arrived on the bank account, and return the order.

    `taken_by` is who says so, such as "staff:3". May be repeated. A reserved order gets its
    tickets; so does an order that has lapsed, if its places are still available, otherwise a
    refund is queued for staff to transfer. Must not run inside a transaction. Raises
    `OrderAlreadyPaid`.
    """
    try:
        payment = start_transfer(order=order, received_on=received_on)
    except AlreadyPaid:
        raise OrderAlreadyPaid from None
    settle_payment(payment, taken_by=taken_by)
    return Order.objects.get(pk=order.pk)


def start_transfer(*, order: Order, received_on: date) -> Payment:
    """Return the order's open payment by transfer, or start one. Raises `AlreadyPaid`.

    An open payment online is superseded; if it is captured all the same, the later of the two is
    refunded.
    """
    return start_payment(
        purpose=order.reference,
        amount=order.total,
        currency=order.currency,
        description=_("%(show)s, transfer received on %(day)s")
        % {
            "show": terms_of(order.performance_id).show_title,
            "day": date_format(received_on, "SHORT_DATE_FORMAT"),
        },
        return_url=order.get_absolute_url(),
        provider=TRANSFER,
        is_due=lambda: not is_confirmed(order),
    )
