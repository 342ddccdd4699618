"""Render e-mails about reserved orders, which are paid later."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Order
from bookings.sale.payment_options import account_for
from core.money import money
from emails.kinds import Urgency
from emails.messages import Message
from emails.models import OutboxEmail
from emails.rendering import renders

from .order_context import (
    long_date,
    order_context,
    order_message,
    order_of,
    short_date,
    show_and_day,
)


@renders("order_reserved", title=gettext_lazy("Order to pay by transfer"), urgency=Urgency.TICKETS)
def order_reserved(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    if not order.is_reserved:
        return None
    return order_message(
        email,
        order,
        subject=_("Please pay for %(show)s by %(day)s") % _deadline(order),
        context=order_context(order) | _transfer(order),
    )


@renders(
    "reservation_extended", title=gettext_lazy("Reservation extended"), urgency=Urgency.TICKETS
)
def reservation_extended(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    if not order.is_reserved:
        return None
    return order_message(
        email,
        order,
        subject=_("Your seats for %(show)s are reserved until %(day)s") % _deadline(order),
        context=order_context(order) | _transfer(order),
    )


@renders("payment_link", title=gettext_lazy("Link to pay"), urgency=Urgency.TICKETS)
def payment_link(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    if not order.is_reserved:
        return None
    return order_message(
        email,
        order,
        subject=_("Pay for your tickets: %(show)s, %(day)s") % show_and_day(order),
        context=order_context(order)
        | {
            "until": long_date(order, order.payable_until),
            "amount": money(order.total, order.currency),
            "seats": [line["label"] for line in order.quote],
        },
    )


@renders("payment_reminder", title=gettext_lazy("Reminder to pay by transfer"))
def payment_reminder(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    until = order.payable_until
    if not order.is_reserved or until is None or until <= timezone.now():
        return None
    return order_message(
        email,
        order,
        subject=_("Reminder: please pay for %(show)s by %(day)s") % _deadline(order),
        context=order_context(order) | _transfer(order),
    )


@renders("reservation_lapsed", title=gettext_lazy("Reservation expired"), urgency=Urgency.TICKETS)
def reservation_lapsed(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    if order.is_confirmed:
        return None  # Paid after all.
    return order_message(
        email,
        order,
        subject=_("Your reservation for %(show)s has ended")
        % {"show": order.performance.show.title},
        context=order_context(order),
    )


def _deadline(order: Order) -> dict[str, str]:
    """Return the show and the last day to pay, for subjects."""
    return {
        "show": order.performance.show.title,
        "day": short_date(order, order.payable_until),
    }


def _transfer(order: Order) -> dict[str, Any]:
    """Return what the customer needs to transfer the money."""
    account = account_for(order)
    return {
        "until": long_date(order, order.payable_until),
        "until_day": short_date(order, order.payable_until),
        "facts": [
            (_("Amount"), money(order.amount_due, order.currency)),
            (_("Account holder"), account.holder),
            (_("IBAN"), account.iban),
            (_("Bank"), account.bank),
            (_("Payment reference"), order.reference),
        ],
    }
