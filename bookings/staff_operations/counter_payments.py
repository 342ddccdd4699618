"""Payments that staff take in person, at the counter and at the door."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from organisation.models import Channel
from payments.charges import settle_payment, start_payment
from payments.models import Payment
from shows.terms import terms_of

from ..models import Order
from ..sale.queries import is_confirmed
from ..sale.release import release_hold


class Method(models.TextChoices):
    """How a sale is paid: the names of the payment providers that staff take in person."""

    CASH = "cash", gettext_lazy("Cash")
    TERMINAL = "terminal", gettext_lazy("Card terminal")


def take_payment(*, order: Order, method: str, staff: User) -> Order:
    """Record that a member of staff has taken the order's payment; return the order.

    May be repeated. Cash goes into the open till of `staff`: raises `NoOpenTill` without one. If
    the reservation has expired and the places were sold meanwhile, the order is not paid and a
    refund is queued, for `staff` to pay out.
    """
    if not is_confirmed(order):
        settle_payment(_payment(order, method), taken_by=f"staff:{staff.pk}")
    return Order.objects.get(pk=order.pk)


def cancel_sale(*, order: Order, staff: User) -> None:
    """Release the places of an order that awaits payment. May be repeated."""
    if not order.is_confirmed:
        release_hold(hold=order.hold, actor=f"staff:{staff.pk}")


def _payment(order: Order, method: str) -> Payment:
    show = terms_of(order.performance_id).show_title
    if order.channel == Channel.DOOR:
        description = _("%(show)s, at the door") % {"show": show}
    else:
        description = _("%(show)s, order %(reference)s") % {
            "show": show,
            "reference": order.reference,
        }
    return start_payment(
        purpose=order.reference,
        amount=order.total,
        currency=order.currency,
        description=description,
        return_url="/door/" if order.channel == Channel.DOOR else order.get_absolute_url(),
        provider=method,
    )
