"""The basket and checkout, on one page.

Every button of the page posts the whole form, so that nothing typed is lost, with or without HTMX.
Baskets are private: no response may be cached.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.annotations import HtmxRequest
from core.exceptions import Refused
from shows.online_sales import is_sold_online, transfer_end
from shows.terms import Terms, terms_of
from waitingroom.sessions import Session, session_of

from ..access import get_basket
from ..exceptions import HoldLapsed, QueueRequired, QuoteChanged
from ..forms import CheckoutForm, chosen_concessions, named_place, typed
from ..invoice_details import InvoiceForm
from ..models import Hold, Order
from ..sale.basket_diff import changes_since, serialize
from ..sale.concession_rules import is_over, rule_texts
from ..sale.concessions import choose_concessions, merge_concessions
from ..sale.customers import Customer, customer_of, remember, visitor_of
from ..sale.holds import extend_hold
from ..sale.orders import place_order
from ..sale.payment_options import can_pay_online
from ..sale.quotes import Quote, quote_hold
from ..sale.release import release_hold, remove_place
from ..sale.reservations import reserve_order
from ..sale.restore_hold import lapsed_places, restore_hold
from ..seat_selection.alternatives import best_alternative
from ..seatmap.color_sheet import color_sheet_url
from .responses import hide_badge, see_other, show_badge, to_payment, to_queue


@never_cache
@require_safe
def baskets(request: HtmxRequest) -> HttpResponse:
    """Redirect to the visitor's only basket, or list several, or say that there is none."""
    holds = []
    if visitor_of(request) or request.user.is_authenticated:
        holds = list(Hold.objects.made_by(customer_of(request)).live().with_quantity())
    if len(holds) == 1:
        return redirect(holds[0])
    rows = [{"hold": hold, "terms": terms_of(hold.performance_id)} for hold in holds]
    return render(request, "bookings/baskets.html", {"rows": rows})


@never_cache
@require_safe
def basket_aside(request: HtmxRequest, performance_id: int) -> HttpResponse:
    """Return the visitor's basket of a performance, shown beside its map; 204 if empty."""
    customer = customer_of(request)
    holds = Hold.objects.made_by(customer).live().for_basket()
    hold = holds.filter(performance_id=performance_id).first()
    try:
        quote = quote_hold(hold, customer.user) if hold else None
    except HoldLapsed:
        quote = None
    if hold is None or quote is None:
        return hide_badge(HttpResponse(status=204), request)
    context = {"hold": hold, "quote": quote, "terms": terms_of(performance_id)}
    response = render(request, "bookings/_aside.html", context)
    return show_badge(response, quantity=len(quote.lines), expires_at=hold.expires_at)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def basket_page(request: HtmxRequest, token: str) -> HttpResponse:
    """Show the basket; POST places the order and redirects to the payment."""
    customer, hold = get_basket(request, token)
    if hold.is_bought:
        return see_other(hold.order)
    if request.method == "POST":
        return _check_out(request, customer, hold)
    return _page(request, customer, hold, CheckoutForm(initial=_contact(customer, hold)))


@never_cache
@require_POST
def choose(request: HtmxRequest, token: str) -> HttpResponse:
    """Save the chosen concessions and show the new prices."""
    return _change(request, token, lambda customer, hold: [])


@never_cache
@require_POST
def remove(request: HtmxRequest, token: str) -> HttpResponse:
    """Remove one ticket from the basket."""
    place_id = named_place(request.POST)

    def remove_ticket(customer: Customer, hold: Hold) -> list[str]:
        companions = remove_place(hold=hold, place_id=place_id, actor=customer.actor)
        note = _("%(place)s was removed too: it is a companion seat of the wheelchair space.")
        return [note % {"place": label} for label in companions]

    return _change(request, token, remove_ticket)


@never_cache
@require_POST
def extend(request: HtmxRequest, token: str) -> HttpResponse:
    """Extend the reservation, once."""

    def extend_time(customer: Customer, hold: Hold) -> list[str]:
        extend_hold(hold=hold, actor=customer.actor)
        return []

    return _change(request, token, extend_time)


@never_cache
@require_POST
def release(request: HtmxRequest, token: str) -> HttpResponse:
    """Empty the basket and return to the map."""
    customer, hold = get_basket(request, token)
    if hold.is_bought:
        return see_other(hold.order)
    release_hold(hold=hold, actor=customer.actor)
    messages.success(request, _("Your seats have been released."))
    return hide_badge(see_other("bookings:performance", hold.performance_id), request)


@never_cache
@require_POST
def again(request: HtmxRequest, token: str) -> HttpResponse:
    """Reserve the seats of an expired basket again, as far as they are still available."""
    customer, hold = get_basket(request, token)
    if hold.is_bought:
        return see_other(hold.order)
    try:
        held = restore_hold(hold=hold, customer=customer)
    except QueueRequired as refusal:
        messages.warning(request, str(refusal))
        return to_queue(request, refusal)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other("bookings:performance", hold.performance_id)
    if held.unavailable:
        sold = _("Just sold: %(places)s. The other seats are reserved for you.")
        messages.warning(request, sold % {"places": "; ".join(held.unavailable)})
    return remember(see_other(held.hold), request, customer)


@never_cache
@require_safe
def invoice_fields(request: HtmxRequest) -> HttpResponse:
    """Return the fields for an invoice, or nothing once its box is no longer ticked."""
    form = InvoiceForm(country=request.GET.get("country", ""))
    wanted = "wants_invoice" in request.GET
    return render(request, "bookings/_invoice_fields.html", {"form": form if wanted else []})


def _check_out(request: HtmxRequest, customer: Customer, hold: Hold) -> HttpResponse:
    form, invoice = CheckoutForm(request.POST), _wanted_invoice(request, hold)
    forms: dict[str, Any] = {"form": form, "invoice": invoice}
    try:
        _save_concessions(request, hold)
        _ask(form, customer, hold)
        if not form.is_valid() or (invoice and not invoice.is_valid()):
            return _page(request, customer, hold, **forms, status=422)
        order = place_order(
            hold=hold,
            quote_token=request.POST.get("quote", ""),
            customer=customer,
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            language=get_language(),
            details=form.details(),
            invoice_details=invoice.details() if invoice else None,
            accepted_terms=form.cleaned_data["terms_version"],
        )
    except HoldLapsed:
        return _expired(request, customer, hold)
    except QuoteChanged as refusal:
        quote = refusal.quote
        notes = changes_since(request.POST.get("seen_quote", ""), quote, hold)
        return _page(request, customer, hold, **forms, refusal=refusal, notes=notes, quote=quote)
    except Refused as refusal:
        return _page(request, customer, hold, **forms, refusal=refusal)
    if request.POST.get("pay_by") == "transfer" or not can_pay_online(order.total):
        response = _reserve(request, customer, order)
    else:
        response = to_payment(request, order)
    return remember(response, request, customer)


def _reserve(request: HtmxRequest, customer: Customer, order: Order) -> HttpResponse:
    """Reserve the order until it is paid by transfer, and show it."""
    until = transfer_end(terms_of(order.performance_id))
    if until is None:
        messages.error(
            request, _("Tickets for this show can no longer be paid for by bank transfer.")
        )
        return see_other(order)
    try:
        reserve_order(order=order, payable_until=until, actor=customer.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other(order)
    return hide_badge(see_other(order), request)


def _ask(form: CheckoutForm, customer: Customer, hold: Hold) -> None:
    """Add the questions to the form; tickets are read only if one is asked for each."""
    terms = terms_of(hold.performance_id)
    per_ticket = any(question.per_ticket for question in terms.questions)
    lines = quote_hold(hold, customer.user).lines if per_ticket else ()
    form.ask(terms.questions, [line.place for line in lines])


def _change(
    request: HtmxRequest, token: str, operation: Callable[[Customer, Hold], list[str]]
) -> HttpResponse:
    """Run the operation of a button of the basket, and show the changed basket.

    `operation(customer, hold)` returns notes to show beside the tickets.
    """
    customer, hold = get_basket(request, token)
    if hold.is_bought:
        return _go(request, hold.order)
    refusal, notes = None, []
    try:
        _save_concessions(request, hold)
        notes = operation(customer, hold)
    except HoldLapsed:
        return _go(request, hold)
    except Refused as error:
        refusal = error
    customer, hold = get_basket(request, token)
    if hold.is_released:
        messages.info(request, _("Your basket is empty."))
        return hide_badge(_go(request, "bookings:performance", hold.performance_id), request)
    form = CheckoutForm(initial=typed(request.POST))
    invoice = _wanted_invoice(request, hold, is_sent=False)
    part = bool(request.htmx)
    return _page(
        request, customer, hold, form, invoice=invoice, refusal=refusal, notes=notes, part=part
    )


def _save_concessions(request: HtmxRequest, hold: Hold) -> None:
    """Save the chosen concessions, whichever button was pressed."""
    chosen = chosen_concessions(request.POST)
    offered = terms_of(hold.performance_id).concessions
    if merge_concessions(hold.concessions, chosen, offered) != hold.concessions:
        hold.concessions = choose_concessions(hold=hold, chosen=chosen).concessions


def _page(
    request: HtmxRequest,
    customer: Customer,
    hold: Hold,
    form: CheckoutForm,
    *,
    invoice: InvoiceForm | None = None,
    quote: Quote | None = None,
    refusal: Refused | None = None,
    notes: Sequence[str] = (),
    status: int = 200,
    part: bool = False,
) -> HttpResponse:
    """Render the basket, or with `part` only what its buttons change."""
    try:
        quote = quote or quote_hold(hold, customer.user)
    except HoldLapsed:
        return _go(request, hold) if part else _expired(request, customer, hold)
    terms = terms_of(hold.performance_id)
    form.ask(terms.questions, [line.place for line in quote.lines])
    context = {
        "hold": hold,
        "session": None if part else _session(hold),
        "basket_url": hold.get_absolute_url(),
        "quote": quote,
        "rows": _rows(quote, terms, hold, form),
        "seen_quote": serialize(quote),
        "member_ids": [term.id for term in terms.concessions.values() if term.members_only],
        "terms": terms,
        "colors_url": color_sheet_url(terms),
        "form": form,
        "invoice_form": invoice,
        "customer": customer,
        "may_book": customer.may_book,
        "can_pay": can_pay_online(quote.total),
        "transfer_until": transfer_end(terms) if quote.total else None,
        "refusal": refusal,
        "notes": notes,
    }
    template = "bookings/_basket_parts.html" if part else "bookings/basket.html"
    response = render(request, template, context, status=refusal.status if refusal else status)
    return show_badge(response, quantity=len(quote.lines), expires_at=hold.expires_at)


def _session(hold: Hold) -> Session | None:
    """Return the time that the visitor has left in the sale, while there is some."""
    session = session_of(performance_id=hold.performance_id, visitor=hold.visitor)
    return session if session and session.is_valid else None


def _wanted_invoice(
    request: HtmxRequest, hold: Hold, *, is_sent: bool = True
) -> InvoiceForm | None:
    """Return the form of the invoice that the customer wants, or None.

    Without JavaScript its fields are shown once a button has been pressed. `is_sent` says whether
    it is to be checked.
    """
    terms = terms_of(hold.performance_id)
    if "wants_invoice" not in request.POST or not terms.has_seller:
        return None
    form = InvoiceForm(request.POST, country=terms.country)
    return form if is_sent else InvoiceForm(initial=form.typed(), country=terms.country)


def _rows(quote: Quote, terms: Terms, hold: Hold, form: CheckoutForm) -> list[dict[str, Any]]:
    """Pair each line with the concessions offered for it and their prices, and its questions."""
    offered = [
        (term, rule_texts(term, terms))
        for term in terms.concessions.values()
        if not is_over(term, hold.now) or term.id in hold.concessions.values()
    ]
    rows = []
    for line in quote.lines:
        category = terms.categories_by_name[line.category].id
        options = [
            {
                "term": term,
                "price": terms.price_of(category, term.id, hold.channel)[0],
                "rules": rules,
            }
            for term, rules in offered
        ]
        full, _fee = terms.price_of(category, channel=hold.channel)
        chosen = line.refused_id or line.concession_id
        row = {"line": line, "options": options, "full": full, "chosen": chosen}
        rows.append(row | {"questions": form.ticket_fields(line.place, line.label)})
    return rows


def _contact(customer: Customer, hold: Any) -> dict[str, str]:
    """Return the known contact details: of an earlier attempt, or of the account."""
    if hold.order_reference:
        return {"email": hold.order_email, "name": hold.order_name, **hold.order_details}
    if customer.user:
        return {"email": customer.user.email, "name": customer.user.name}
    return {}


def _expired(request: HtmxRequest, customer: Customer, hold: Hold) -> HttpResponse:
    """Say that the basket has expired (410); offer its seats again, or others."""
    terms = terms_of(hold.performance_id)
    lapsed = lapsed_places(hold)
    selling = terms.is_selling() and is_sold_online(terms)
    others = Hold.objects.made_by(customer).live().filter(performance_id=hold.performance_id)
    context = {
        "hold": hold,
        "terms": terms,
        "lapsed": lapsed,
        "selling": selling,
        "offer": best_alternative(performance_id=hold.performance_id, requested=lapsed.seat_ids)
        if selling and lapsed.unavailable
        else None,
        "other": others.exclude(pk=hold.pk).first(),
        "session": _session(hold),
    }
    return hide_badge(render(request, "bookings/basket_expired.html", context, status=410), request)


def _go(request: HtmxRequest, to: Any, *args: Any) -> HttpResponse:
    """Redirect the whole page, also when HTMX requested a part of it."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": see_other(to, *args)["Location"]})
    return see_other(to, *args)
