"""Other names and other concessions for tickets, in two steps: what, and then what it comes to."""

from django import forms
from django.contrib import messages
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.exceptions import Refused
from payments.charges import pay_url
from payments.exceptions import AlreadyPaid, PaymentError
from shows.terms import terms_of

from ..access import get_order
from ..aftersale.change_payments import start_change_payment
from ..aftersale.ticket_changes import (
    CannotChange,
    change_concessions,
    concessions_for,
    difference_of,
    drop_change,
    may_change,
    may_rename,
    rename_holders,
)
from ..exceptions import NotSoldOnline
from ..models import Ticket
from ..sale.customers import customer_of
from ..sale.online import can_pay_online
from .responses import see_other

NAME = forms.CharField(max_length=150, required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request, reference):
    """Ask for names and concessions; what costs or gives back money is confirmed once more."""
    order = get_order(request, reference)
    tickets = Ticket.objects.valid().filter(order=order).select_related("place")
    tickets = list(tickets.order_by("place_id", "pk"))
    if not tickets:
        return see_other(order)
    if request.method != "POST":
        return _page(request, order, tickets)
    names, errors = _names(request.POST, tickets)
    wishes, unknown = _wishes(request.POST, tickets, terms_of(order.performance_id))
    if errors or unknown:
        told = {"names": names, "wishes": wishes, "errors": errors, "unknown": unknown}
        return _page(request, order, tickets, **told, status=422)
    difference = difference_of(order=order, tickets=tickets, wishes=wishes)
    if difference.lines and not difference.was_seen(request.POST.get("seen")):
        return _confirm(request, order, difference, names, wishes)
    return _change(request, order, tickets, names, wishes)


@never_cache
@require_POST
def pay(request, reference):
    """Pay what a change costs more, or try again."""
    order = get_order(request, reference)
    waiting = order.changes.pending().first()
    return _to_payment(request, waiting) if waiting else see_other(order)


@never_cache
@require_POST
def drop(request, reference):
    """Leave the tickets as they are."""
    order = get_order(request, reference)
    if drop_change(order=order):
        messages.success(request, _("Your tickets stay as they are. Nothing was charged."))
    return see_other(order)


def _change(request, order, tickets, names, wishes):
    actor, waiting = customer_of(request).actor, None
    try:
        if difference_of(order=order, tickets=tickets, wishes=wishes).lines:
            seen = request.POST.get("seen")
            waiting = change_concessions(order=order, wishes=wishes, seen=seen, actor=actor)
        rename_holders(order=order, names=names, actor=actor)
    except Refused as refusal:
        told = {"names": names, "wishes": wishes, "error": str(refusal), "status": refusal.status}
        return _page(request, order, tickets, **told)
    if waiting:
        return _to_payment(request, waiting)
    messages.success(request, _("Your tickets have been changed."))
    return see_other(order)


def _to_payment(request, waiting):
    address = request.build_absolute_uri(waiting.order.get_absolute_url())
    try:
        return see_other(pay_url(start_change_payment(change=waiting, return_url=address)))
    except NotSoldOnline as refusal:
        messages.error(request, str(refusal))
        return see_other(waiting.order)
    except AlreadyPaid:
        return see_other(waiting.order)
    except PaymentError:
        words = _(
            "The payment could not be started just now. Nothing was charged; please try again."
        )
        messages.error(request, words)
        return see_other(waiting.order)


def _names(data, tickets):
    """Return the names that were typed, by ticket, and what is wrong with some of them."""
    names, errors = {}, {}
    for ticket in tickets:
        typed = data.get(f"holder-{ticket.pk}")
        if typed is None:
            continue
        names[ticket.pk] = typed
        try:
            NAME.clean(typed)
        except forms.ValidationError as error:
            errors[ticket.pk] = " ".join(error.messages)
    return names, errors


def _wishes(data, tickets, terms):
    """Return the concessions asked for, by ticket, and the tickets that cannot have theirs."""
    wishes, unknown = {}, set()
    for ticket in tickets:
        wish = data.get(f"concession-{ticket.pk}")
        if wish is None:
            continue
        wishes[ticket.pk] = wish
        offered = {term.name if term else "" for term, *_ in concessions_for(ticket, terms)}
        if wish not in offered | {ticket.concession}:
            unknown.add(ticket.pk)
    return wishes, unknown


def _page(
    request,
    order,
    tickets,
    *,
    names=None,
    wishes=None,
    errors=None,
    unknown=(),
    error="",
    status=200,
):
    terms, now = terms_of(order.performance_id), timezone.now()
    changes = may_change(order, terms.cancel_until, now)
    rows = [
        {
            "ticket": ticket,
            "name": (names or {}).get(ticket.pk, ticket.holder),
            "wish": (wishes or {}).get(ticket.pk, ticket.concession),
            "error": (errors or {}).get(ticket.pk, ""),
            "is_unknown": ticket.pk in unknown,
            "options": concessions_for(ticket, terms) if changes else [],
        }
        for ticket in tickets
    ]
    may = terms.takes_place and may_rename(order, terms.starts_at, now)
    if not may and not error and request.method == "POST":
        error, status = str(CannotChange()), CannotChange.status
    context = {"order": order, "terms": terms, "rows": rows, "error": error, "may_rename": may}
    context["changes"] = changes
    return render(request, "bookings/order_change.html", context, status=status)


def _confirm(request, order, difference, names, wishes):
    """Say what the change comes to. Asked with an answer to an older question, say that as well."""
    context = {
        "order": order,
        "terms": terms_of(order.performance_id),
        "difference": difference,
        "names": names,
        "wishes": wishes,
        "is_asked_again": "seen" in request.POST,
        "can_pay": can_pay_online(difference.amount),
    }
    status = 409 if context["is_asked_again"] else 200
    return render(request, "bookings/order_change_confirm.html", context, status=status)
