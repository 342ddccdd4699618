"""Render e-mails about orders, with times in the venue's time zone.

A renderer returns None when its message no longer applies; the e-mail is then skipped.
"""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.aftersale.cancellation import refund_key
from bookings.aftersale.change_payments import is_for_change
from bookings.aftersale.refunds import is_paid_by_hand, refund_sentence, refunded_total
from bookings.models import CustomerMessage, Ticket
from bookings.sale.order_tax import tax_lines
from core.money import money
from core.names import translated_name
from core.tax import tax_texts
from emails.kinds import ConsentMode, Urgency
from emails.messages import Message
from emails.models import OutboxEmail
from emails.rendering import renders
from payments.models import Payment
from payments.providers.counter import IN_PERSON

from . import (  # noqa: F401  They register what they have.
    customer_messages,
    monthly_content,
    order_placeholders,
    reservation_emails,
)
from .customer_messages import note_context
from .order_context import (
    calendar_attachment,
    long_date,
    order_context,
    order_message,
    order_of,
    show_and_day,
    ticket_attachments,
    valid_tickets,
)
from .reminders import day_of


@renders("order_confirmation", title=gettext_lazy("Tickets"), urgency=Urgency.TICKETS)
def order_confirmation(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    tickets = valid_tickets(order)
    if not tickets:
        return None
    until = order.performance.cancel_until
    taxes = tax_lines(order, tickets=tickets, with_order_fee=True)
    return order_message(
        email,
        order,
        subject=_("Your tickets for %(show)s, %(day)s") % show_and_day(order),
        context=order_context(order)
        | {
            "tickets": tickets,
            "lines": [*(_line(order, ticket) for ticket in tickets), *_order_fee_line(order)],
            "total": money(sum((line.gross for line in taxes), Decimal(0)), order.currency),
            "taxes": tax_texts(taxes, order.currency),
            "cancel_until": long_date(order, until) if until and until > timezone.now() else "",
        },
        attachments=ticket_attachments(order, tickets),
    )


@renders(
    "payment_returned",
    title=gettext_lazy("Returned payment (too late or twice)"),
    urgency=Urgency.TICKETS,
)
def payment_returned(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    payment = Payment.objects.filter(key=email.about["payment"]).first()
    if payment is None:
        return None
    amount = money(payment.amount, payment.currency)
    was_for_change = is_for_change(payment)
    return order_message(
        email,
        order,
        subject=_("Your refund of %(amount)s") % {"amount": amount},
        context=order_context(order)
        | {
            "amount": amount,
            "refund": _refund(order, amount, payment),
            "was_for_change": was_for_change,
            "was_paid_twice": order.is_confirmed and not was_for_change,
        },
    )


@renders("tickets_cancelled", title=gettext_lazy("Tickets cancelled"), urgency=Urgency.TICKETS)
def tickets_cancelled(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    cancelled = Ticket.objects.filter(order=order, pk__in=email.about["tickets"])
    tickets = list(cancelled.order_by("place_id"))
    amount = refunded_total(refund_key(email.about["tickets"]))
    return order_message(
        email,
        order,
        subject=ngettext(
            "Your ticket for %(show)s is cancelled",
            "Your tickets for %(show)s are cancelled",
            len(tickets),
        )
        % {"show": order.performance.show.title},
        context=order_context(order)
        | {
            "tickets": tickets,
            "amount": money(amount, order.currency) if amount else "",
            "refund": _refund(order, money(amount, order.currency)),
            "remaining": order.quantity,
        },
        attachments=[calendar_attachment(order)],
    )


@renders("partial_refund", title=gettext_lazy("Partial refund"))
def partial_refund(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    amount = money(refunded_total(email.about["refund"]), order.currency)
    return order_message(
        email,
        order,
        subject=_("Your refund of %(amount)s") % {"amount": amount},
        context=order_context(order)
        | {"amount": amount, "refund": _refund(order, amount), "remaining": order.quantity},
    )


@renders("tickets_moved", title=gettext_lazy("Tickets moved"), urgency=Urgency.TICKETS)
def tickets_moved(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    tickets = list(order.tickets.valid().filter(pk__in=email.about["tickets"]))
    if not tickets:
        return None
    return order_message(
        email,
        order,
        subject=_("New seats for %(show)s") % {"show": order.performance.show.title},
        context=order_context(order) | {"tickets": sorted(tickets, key=lambda one: one.place_id)},
        attachments=ticket_attachments(order, valid_tickets(order)),
    )


@renders("tickets_changed", title=gettext_lazy("Tickets changed"), urgency=Urgency.TICKETS)
def tickets_changed(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    tickets = list(order.tickets.valid().filter(pk__in=email.about["tickets"]))
    if not tickets:
        return None
    difference = Decimal(email.about["difference"])
    return order_message(
        email,
        order,
        subject=_("Your updated tickets for %(show)s") % {"show": order.performance.show.title},
        context=order_context(order)
        | {
            "tickets": tickets,
            "lines": [_line(order, ticket) for ticket in tickets],
            "paid": money(difference, order.currency) if difference > 0 else "",
            "back": money(-difference, order.currency) if difference < 0 else "",
            "refund": _refund(order, money(-difference, order.currency)),
        },
        attachments=ticket_attachments(order, valid_tickets(order)),
    )


@renders("performance_cancelled", title=gettext_lazy("Performance cancelled"))
def performance_cancelled(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    note = CustomerMessage.objects.of_cancellation(order.performance_id).first()
    amount = refunded_total(refund_key(email.about["tickets"]))
    return order_message(
        email,
        order,
        subject=_("Cancelled: %(show)s, %(day)s") % show_and_day(order),
        context=order_context(order)
        | {
            "amount": money(amount, order.currency) if amount else "",
            "refund": _refund(order, money(amount, order.currency)),
        }
        | note_context(note, email.language),
        attachments=[calendar_attachment(order)],
    )


@renders("performance_rescheduled", title=gettext_lazy("Performance rescheduled"))
def performance_rescheduled(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    tickets = valid_tickets(order)
    performance = order.performance
    if not tickets or not performance.takes_place:
        return None
    before = datetime.fromisoformat(email.about["before"])
    note = CustomerMessage.objects.filter(pk=email.about.get("message")).first()
    until = performance.refund_until
    return order_message(
        email,
        order,
        subject=_("New time for %(show)s: %(day)s") % show_and_day(order),
        context=order_context(order)
        | {
            "before": long_date(order, before),
            "refund_until": long_date(order, until) if until and until > timezone.now() else "",
        }
        | note_context(note, email.language),
        attachments=ticket_attachments(order, tickets),
    )


@renders(
    "reminder",
    title=gettext_lazy("Reminders"),
    description=gettext_lazy("One day and two hours before your shows."),
    consent=ConsentMode.OPT_OUT,
)
def reminder(email: OutboxEmail) -> Message | None:
    order = order_of(email)
    tickets = valid_tickets(order)
    performance = order.performance
    if not tickets or not performance.takes_place or performance.starts_at <= timezone.now():
        return None
    if email.about["day"] != day_of(performance):
        return None  # Rescheduled to another day, which has a reminder of its own.
    return order_message(
        email,
        order,
        subject=_subject_of_reminder(order),
        context=order_context(order) | {"tickets": tickets},
    )


def _refund(order, amount, payment=None):
    """Return how the amount is refunded: all that was paid for the order, or this payment."""
    by_hand = payment.provider in IN_PERSON if payment else is_paid_by_hand(order)
    return refund_sentence(amount, by_hand=by_hand)


def _subject_of_reminder(order):
    performance = order.performance
    zone = performance.venue.zone
    now, starts = timezone.now().astimezone(zone), performance.starts_at.astimezone(zone)
    context = {"show": performance.show.title, "time": f"{starts:%H:%M}"}
    if starts.date() == now.date():
        return _("Today at %(time)s: %(show)s") % context
    return _("Tomorrow at %(time)s: %(show)s") % context


def _line(order, ticket):
    beneath = [translated_name(ticket.category), translated_name(ticket.concession)]
    if ticket.fee:
        fee = money(ticket.fee, order.currency)
        beneath.append(_("includes %(fee)s fee") % {"fee": fee})
    price = money(ticket.price, order.currency)
    return ticket.label, " · ".join(part for part in beneath if part), price


def _order_fee_line(order):
    if order.order_fee:
        yield _("Order fee"), "", money(order.order_fee, order.currency)
