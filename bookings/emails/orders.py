"""What the sale writes to its customers. Times are those of the venue, amounts those of the order.

A writer returns None when what it was to tell is true no more.
"""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.aftersale.cancellation import refund_key
from bookings.aftersale.change_payments import is_for_change
from bookings.aftersale.refunds import refunded_total
from bookings.documents import calendar_file, ticket_pdf
from bookings.models import Order, Ticket
from core.money import money
from emails.kinds import ConsentMode, Urgency
from emails.messages import message_from_templates
from emails.rendering import renders
from payments.models import Payment

from . import monthly_content  # noqa: F401  It has writers as well.
from .reminders import day_of


@renders("order_confirmation", title=gettext_lazy("Tickets"), urgency=Urgency.TICKETS)
def order_confirmation(letter):
    order = _order(letter)
    tickets = _valid_tickets(order)
    if not tickets:
        return None
    until = order.performance.cancel_until
    return _message(
        letter,
        order,
        subject=_("Your tickets for %(show)s, %(day)s")
        % {"show": order.performance.show.title, "day": _short(order, order.performance.starts_at)},
        context=_context(order)
        | {
            "tickets": tickets,
            "lines": [_line(order, ticket) for ticket in tickets],
            "total": money(sum(ticket.price for ticket in tickets), order.currency),
            "cancel_until": _long(order, until) if until and until > timezone.now() else "",
        },
        attachments=_papers(order, tickets),
    )


@renders(
    "payment_returned",
    title=gettext_lazy("A payment that came too late or twice"),
    urgency=Urgency.TICKETS,
)
def payment_returned(letter):
    order = _order(letter)
    payment = Payment.objects.filter(key=letter.about["payment"]).first()
    if payment is None:
        return None
    amount = money(payment.amount, payment.currency)
    was_for_change = is_for_change(payment)
    return _message(
        letter,
        order,
        subject=_("%(amount)s is on its way back to you") % {"amount": amount},
        context=_context(order)
        | {
            "amount": amount,
            "was_for_change": was_for_change,
            "was_paid_twice": order.is_confirmed and not was_for_change,
        },
    )


@renders("tickets_cancelled", title=gettext_lazy("Tickets given back"), urgency=Urgency.TICKETS)
def tickets_cancelled(letter):
    order = _order(letter)
    tickets = Ticket.objects.filter(order=order, pk__in=letter.about["tickets"])
    tickets = list(tickets.order_by("place_id"))
    amount = refunded_total(refund_key(letter.about["tickets"]))
    return _message(
        letter,
        order,
        subject=ngettext(
            "Your ticket for %(show)s is cancelled",
            "Your tickets for %(show)s are cancelled",
            len(tickets),
        )
        % {"show": order.performance.show.title},
        context=_context(order)
        | {
            "tickets": tickets,
            "amount": money(amount, order.currency) if amount else "",
            "remaining": order.quantity,
        },
        attachments=[_calendar(order)],
    )


@renders("money_back", title=gettext_lazy("A part of the money back"))
def money_back(letter):
    order = _order(letter)
    amount = money(refunded_total(letter.about["refund"]), order.currency)
    return _message(
        letter,
        order,
        subject=_("%(amount)s is on its way back to you") % {"amount": amount},
        context=_context(order) | {"amount": amount, "remaining": order.quantity},
    )


@renders("tickets_moved", title=gettext_lazy("Other places"), urgency=Urgency.TICKETS)
def tickets_moved(letter):
    order = _order(letter)
    tickets = list(order.tickets.valid().filter(pk__in=letter.about["tickets"]))
    if not tickets:
        return None
    return _message(
        letter,
        order,
        subject=_("Other places for %(show)s") % {"show": order.performance.show.title},
        context=_context(order) | {"tickets": sorted(tickets, key=lambda one: one.place_id)},
        attachments=_papers(order, _valid_tickets(order)),
    )


@renders("tickets_changed", title=gettext_lazy("Changed tickets"), urgency=Urgency.TICKETS)
def tickets_changed(letter):
    order = _order(letter)
    tickets = list(order.tickets.valid().filter(pk__in=letter.about["tickets"]))
    if not tickets:
        return None
    difference = Decimal(letter.about["difference"])
    return _message(
        letter,
        order,
        subject=_("Changed tickets for %(show)s") % {"show": order.performance.show.title},
        context=_context(order)
        | {
            "tickets": tickets,
            "lines": [_line(order, ticket) for ticket in tickets],
            "paid": money(difference, order.currency) if difference > 0 else "",
            "back": money(-difference, order.currency) if difference < 0 else "",
        },
        attachments=_papers(order, _valid_tickets(order)),
    )


@renders("performance_cancelled", title=gettext_lazy("A performance is cancelled"))
def performance_cancelled(letter):
    order = _order(letter)
    amount = refunded_total(refund_key(letter.about["tickets"]))
    return _message(
        letter,
        order,
        subject=_("Cancelled: %(show)s, %(day)s")
        % {"show": order.performance.show.title, "day": _short(order, order.performance.starts_at)},
        context=_context(order) | {"amount": money(amount, order.currency) if amount else ""},
        attachments=[_calendar(order)],
    )


@renders("performance_rescheduled", title=gettext_lazy("A performance has another time"))
def performance_rescheduled(letter):
    order = _order(letter)
    tickets = _valid_tickets(order)
    performance = order.performance
    if not tickets or not performance.takes_place:
        return None
    before = datetime.fromisoformat(letter.about["before"])
    until = performance.refund_until
    return _message(
        letter,
        order,
        subject=_("New time for %(show)s: %(day)s")
        % {"show": performance.show.title, "day": _short(order, performance.starts_at)},
        context=_context(order)
        | {
            "before": _long(order, before),
            "refund_until": _long(order, until) if until and until > timezone.now() else "",
        },
        attachments=_papers(order, tickets),
    )


@renders(
    "reminder",
    title=gettext_lazy("Reminders"),
    description=gettext_lazy("A day and two hours before a show that you hold tickets for."),
    consent=ConsentMode.OPT_OUT,
)
def reminder(letter):
    order = _order(letter)
    tickets = _valid_tickets(order)
    performance = order.performance
    if not tickets or not performance.takes_place or performance.starts_at <= timezone.now():
        return None
    if letter.about["day"] != day_of(performance):
        return None  # It has been moved to another day, which has a reminder of its own.
    return _message(
        letter,
        order,
        subject=_subject_of_reminder(order),
        context=_context(order) | {"tickets": tickets},
    )


def _order(letter):
    orders = Order.objects.select_related("performance__show", "performance__venue")
    return orders.get(reference=letter.about["order"])


def _message(letter, order, **parts):
    """Return the Message. The key in the link to the order opens it for whoever has it."""
    return message_from_templates(letter, secrets={"order_key": order.key}, **parts)


def _valid_tickets(order):
    return list(order.tickets.valid().order_by("place_id"))


def _papers(order, tickets):
    """The tickets to print and the evening for the calendar."""
    pdf = ticket_pdf.tickets_pdf(order=order, tickets=tickets)
    return [(ticket_pdf.file_name(order), pdf, "application/pdf"), _calendar(order)]


def _calendar(order):
    file = calendar_file.calendar_of(order)
    return calendar_file.file_name(order), file, calendar_file.MIME_TYPE


def _context(order):
    """What every letter about an order may say."""
    performance, venue = order.performance, order.performance.venue
    where = ", ".join([venue.name, venue.address, f"{venue.postcode} {venue.city}".strip()])
    doors = performance.doors_at
    return {
        "order": order,
        "performance": performance,
        "show": performance.show,
        "starts": _long(order, performance.starts_at),
        "doors": _clock(order, doors) if doors else "",
        "where": where,
        "order_url": f"{settings.SITE_URL}{order.get_absolute_url()}?key={order.key}",
        "performance_url": f"{settings.SITE_URL}{performance.get_absolute_url()}",
        "facts": [
            (_("When"), _long(order, performance.starts_at)),
            (_("Doors"), _clock(order, doors) if doors else ""),
            (_("Where"), where),
            (_("Order"), order.reference),
        ],
    }


def _subject_of_reminder(order):
    performance = order.performance
    zone = performance.venue.zone
    now, starts = timezone.now().astimezone(zone), performance.starts_at.astimezone(zone)
    words = {"show": performance.show.title, "time": f"{starts:%H:%M}"}
    if starts.date() == now.date():
        return _("Today at %(time)s: %(show)s") % words
    return _("Tomorrow at %(time)s: %(show)s") % words


def _line(order, ticket):
    beneath = [ticket.category, ticket.concession]
    if ticket.fee:
        fee = money(ticket.fee, order.currency)
        beneath.append(_("includes %(fee)s fee") % {"fee": fee})
    price = money(ticket.price, order.currency)
    return ticket.label, " · ".join(part for part in beneath if part), price


def _long(order, at):
    return date_format(at.astimezone(order.performance.venue.zone), "LONG_DATETIME_ZONE")


def _short(order, at):
    return date_format(at.astimezone(order.performance.venue.zone), "SHORT_MONTH_DAY")


def _clock(order, at):
    return date_format(at.astimezone(order.performance.venue.zone), "H:i")
