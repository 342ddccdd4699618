"""Change holder names and concessions, in two steps: choose, then confirm the difference."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.annotations import HtmxRequest
from core.exceptions import Refused
from core.templatetags.error_summary import FieldError
from payments.exceptions import AlreadyPaid, PaymentError
from payments.provider_calls import StillWaiting
from shows.terms import Terms, terms_of

from ..access import get_order
from ..aftersale.answers import answers_of, change_answers, changeable_questions
from ..aftersale.change_payments import start_change_payment
from ..aftersale.ticket_changes import (
    CannotChange,
    Difference,
    change_concessions,
    concessions_for,
    difference_of,
    drop_change,
    may_change,
    may_rename,
    refused_changes,
    rename_holders,
)
from ..checkout_fields import DetailsForm
from ..exceptions import NotSoldOnline
from ..models import Order, Ticket, TicketChange
from ..sale.customers import customer_of
from ..sale.payment_options import can_pay_online
from ..sale.payment_pages import open_pay_page
from .responses import payment_failed, see_other
from .seat_names import name_seats

NAME = forms.CharField(max_length=150, required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HtmxRequest, reference: str) -> HttpResponse:
    """Ask for names and concessions; a change that costs or refunds money is confirmed first."""
    order = get_order(request, reference)
    valid = Ticket.objects.valid().filter(order=order).select_related("place")
    tickets = list(valid.order_by("place_id", "pk"))
    if not tickets:
        return see_other(order)
    if request.method != "POST":
        return _page(request, order, tickets)
    answers = _answers_form(order, tickets, request.POST)
    names, errors = _read_names(request.POST, tickets)
    concessions, unknown = _read_concessions(
        request.POST, order, tickets, terms_of(order.performance_id)
    )
    sent: dict[str, Any] = {"names": names, "concessions": concessions}
    sent["answers"] = answers
    if errors or unknown or not answers.is_valid():
        return _page(request, order, tickets, **sent, errors=errors, unknown=unknown, status=422)
    difference = difference_of(order=order, tickets=tickets, concessions=concessions)
    if difference.lines and (refused := refused_changes(order=order, concessions=concessions)):
        return _page(request, order, tickets, **sent, refused=refused, status=422)
    if difference.lines and not difference.matches(request.POST.get("seen")):
        return _confirm(request, order, tickets, difference, **sent)
    return _change(request, order, tickets, **sent)


@never_cache
@require_POST
def pay(request: HtmxRequest, reference: str) -> HttpResponse:
    """Pay the difference of the pending change, or try again."""
    order = get_order(request, reference)
    waiting = order.changes.pending().first()
    return _to_payment(request, waiting) if waiting else see_other(order)


@never_cache
@require_POST
def drop(request: HtmxRequest, reference: str) -> HttpResponse:
    """Drop the pending change."""
    order = get_order(request, reference)
    if drop_change(order=order):
        messages.success(
            request, _("Change cancelled. Your tickets stay the same; nothing was charged.")
        )
    return see_other(order)


def _change(
    request: HtmxRequest,
    order: Order,
    tickets: list[Ticket],
    *,
    names: Mapping[int, str],
    concessions: Mapping[int, str],
    answers: DetailsForm,
) -> HttpResponse:
    actor, waiting = customer_of(request).actor, None
    try:
        if difference_of(order=order, tickets=tickets, concessions=concessions).lines:
            waiting = change_concessions(
                order=order, concessions=concessions, seen=request.POST.get("seen"), actor=actor
            )
        rename_holders(order=order, names=names, actor=actor)
        if answers.fields:
            change_answers(order=order, details=answers.details(), actor=actor)
    except Refused as refusal:
        sent: dict[str, Any] = {"names": names, "concessions": concessions, "answers": answers}
        return _page(request, order, tickets, **sent, error=str(refusal), status=refusal.status)
    if waiting:
        return _to_payment(request, waiting)
    messages.success(request, _("Your tickets have been changed."))
    return see_other(order)


def _to_payment(request: HtmxRequest, waiting: TicketChange) -> HttpResponse:
    address = request.build_absolute_uri(waiting.order.get_absolute_url())
    try:
        _payment, url = open_pay_page(
            order=waiting.order,
            start=lambda: start_change_payment(change=waiting, return_url=address),
            for_page=True,
        )
        return see_other(url)
    except StillWaiting:
        return see_other("bookings:order_pay_page", waiting.order.reference)
    except NotSoldOnline as refusal:
        messages.error(request, str(refusal))
    except AlreadyPaid:
        pass
    except PaymentError:
        payment_failed(request)
    return see_other(waiting.order)


def _read_names(
    data: QueryDict, tickets: Iterable[Ticket]
) -> tuple[dict[int, str], dict[int, str]]:
    """Return the posted names and the errors in them, each by ticket id."""
    names: dict[int, str] = {}
    errors: dict[int, str] = {}
    for ticket in tickets:
        name = data.get(f"holder-{ticket.pk}")
        if name is None:
            continue
        names[ticket.pk] = name
        try:
            NAME.clean(name)
        except forms.ValidationError as error:
            errors[ticket.pk] = " ".join(error.messages)
    return names, errors


def _read_concessions(
    data: QueryDict, order: Order, tickets: Iterable[Ticket], terms: Terms
) -> tuple[dict[int, str], set[int]]:
    """Return the posted concessions by ticket id, and the tickets that cannot have theirs."""
    concessions: dict[int, str] = {}
    unknown: set[int] = set()
    for ticket in tickets:
        name = data.get(f"concession-{ticket.pk}")
        if name is None:
            continue
        concessions[ticket.pk] = name
        options = concessions_for(ticket, terms, order.channel)
        offered = {term.name if term else "" for term, *_ in options}
        if name not in offered | {ticket.concession}:
            unknown.add(ticket.pk)
    return concessions, unknown


def _page(
    request: HtmxRequest,
    order: Order,
    tickets: Iterable[Ticket],
    *,
    names: Mapping[int, str] | None = None,
    concessions: Mapping[int, str] | None = None,
    answers: DetailsForm | None = None,
    errors: Mapping[int, str] | None = None,
    unknown: Iterable[int] = (),
    refused: Mapping[int, str] | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    terms, now = terms_of(order.performance_id), timezone.now()
    tickets = list(tickets)
    name_seats(order, tickets)
    answers = answers or _answers_form(order, tickets)
    changes = may_change(order, terms.cancel_until, now)
    rows = [
        {
            "ticket": ticket,
            "name": (names or {}).get(ticket.pk, ticket.holder),
            "concession": (concessions or {}).get(ticket.pk, ticket.concession),
            "error": (errors or {}).get(ticket.pk, ""),
            "refusal": _unknown() if ticket.pk in unknown else (refused or {}).get(ticket.pk, ""),
            "options": concessions_for(ticket, terms, order.channel) if changes else [],
            "questions": answers.ticket_fields(ticket.place_id, ticket.label),
        }
        for ticket in tickets
    ]
    may = terms.takes_place and may_rename(order, terms.starts_at, now)
    if not may and not error and request.method == "POST":
        error, status = str(CannotChange()), CannotChange.status
    context: dict[str, Any] = {"order": order, "terms": terms, "rows": rows, "error": error}
    context |= {"may_rename": may, "changes": changes, "answers": answers}
    context["row_errors"] = _row_errors(rows, error)
    return render(request, "bookings/order_change.html", context, status=status)


def _row_errors(rows: Iterable[dict[str, Any]], error: str) -> list[FieldError]:
    """List the errors that are in no form: the general one, and those of names and concessions."""
    found = [FieldError(error)] if error else []
    for row in rows:
        ticket = row["ticket"]
        for name, text in (("holder", row["error"]), ("concession", row["refusal"])):
            if text:
                found.append(FieldError(text, f"{name}-{ticket.pk}", ticket.label))
    return found


def _answers_form(
    order: Order, tickets: list[Ticket], data: QueryDict | None = None
) -> DetailsForm:
    """Return the form of the answers that the customer can change; it may have no fields."""
    form = DetailsForm(data, initial=answers_of(order, tickets), with_own_fields=False)
    form.ask(changeable_questions(order), [ticket.place_id for ticket in tickets])
    return form


def _unknown() -> str:
    return _("This concession is no longer available. Please choose another.")


def _confirm(
    request: HtmxRequest,
    order: Order,
    tickets: list[Ticket],
    difference: Difference,
    *,
    names: Mapping[int, str],
    concessions: Mapping[int, str],
    answers: DetailsForm,
) -> HttpResponse:
    """Show the difference in price (409 if prices have changed since it was last shown)."""
    name_seats(order, tickets)
    labels = {ticket.pk: ticket.label for ticket in tickets}
    lines = [replace(line, label=labels[line.ticket]) for line in difference.lines]
    context = {
        "order": order,
        "terms": terms_of(order.performance_id),
        "difference": replace(difference, lines=tuple(lines)),
        "names": names,
        "concessions": concessions,
        "answers": answers.details(),
        "prices_changed": "seen" in request.POST,
        "can_pay": can_pay_online(difference.amount),
    }
    status = 409 if context["prices_changed"] else 200
    return render(request, "bookings/order_change_confirm.html", context, status=status)
