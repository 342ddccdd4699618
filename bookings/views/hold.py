"""Reserve seats: what the forms of a performance's page post to."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.annotations import HtmxRequest
from core.exceptions import Refused
from core.same_origin import same_origin_post
from shows.terms import Terms
from venues.drawing import drawing_of
from waitingroom.sessions import remember_session

from ..exceptions import InvalidRequest, NoMatchingPlaces, PlacesUnavailable, QueueRequired
from ..models import Hold
from ..sale.customers import customer_of, remember
from ..sale.holds import HoldResult
from ..sale.quotes import quote_hold
from ..seat_selection.alternatives import Offer, best_alternative, closest_to_request
from ..seat_selection.forms import BestForm
from ..seat_selection.selection import hold_selection, requested_seats
from .performance import has_seats, public_terms, render_refused
from .responses import see_other, show_badge, to_queue


@never_cache
@same_origin_post
@require_POST
def hold(request: HtmxRequest, pk: int) -> HttpResponse:
    """Reserve seats and redirect to the basket, or show it beside the map (HTMX).

    On a refusal the selection is kept, the map is refreshed, and other seats are offered if the
    selected ones have been sold.
    """
    terms = public_terms(pk)
    customer = customer_of(request)
    data: QueryDict = QueryDict()
    try:
        data = _sent(request)
        result = hold_selection(
            data=data, terms=terms, customer=customer, request_id=_request_id(request)
        )
    except QueueRequired as refusal:
        response = to_queue(request, refusal)
    except Refused as refusal:
        response = _refuse(request, terms, data, refusal)
    else:
        response = _respond(request, terms, data, result)
        remember_session(response, request, pk)
    return remember(response, request, customer)


def _request_id(request: HtmxRequest) -> str:
    """Return the id that connection.js gives to a press of a button, or an empty text."""
    name = request.headers.get("Idempotency-Key", "")
    return name if name.isascii() and name.isalnum() else ""


def _sent(request: HtmxRequest) -> QueryDict:
    try:
        return request.POST
    except TooManyFieldsSent:
        raise InvalidRequest([_("Too many seats selected.")]) from None


def _respond(request: HtmxRequest, terms: Terms, data: Any, result: HoldResult) -> HttpResponse:
    answer = {}
    if result.unavailable:
        answer = _answer_for_unavailable(terms, data, result)
    elif not result.together:
        answer = {
            "note": _("We couldn't find that many seats together. These are as close as possible.")
        }
    if request.htmx:
        return _aside(request, terms, result.hold, answer)
    if result.unavailable:
        return _page(request, terms, data, answer, status=409)
    if answer:
        messages.info(request, answer["note"])
    return see_other(result.hold)


def _refuse(request: HtmxRequest, terms: Terms, data: Any, refusal: Refused) -> HttpResponse:
    answer: dict[str, Any] = {"refusal": refusal}
    if isinstance(refusal, NoMatchingPlaces):
        answer["offer"] = _closest_offer(terms, data)
    elif isinstance(refusal, PlacesUnavailable):
        selected = requested_seats(data)
        answer["unavailable_seats"] = refusal.seat_ids
        answer["offer"] = best_alternative(performance_id=terms.performance_id, requested=selected)
    if not request.htmx:
        return _page(request, terms, data, answer, status=refusal.status)
    context = {"terms": terms, "answer": answer}
    response = render(request, "bookings/_hold_result.html", context, status=refusal.status)
    response.headers["HX-Retarget"] = "#answer"
    response.headers["HX-Reswap"] = "innerHTML show:top"
    return response


def _closest_offer(terms: Terms, data: Any) -> Offer | None:
    """Return an alternative to the best seats that were requested."""
    form = BestForm(data, terms=terms, drawing=drawing_of(terms.plan_id))
    if "best" not in data or not form.is_valid():
        return None
    options = form.options
    return closest_to_request(
        performance_id=terms.performance_id,
        quantity=options["quantity"],
        categories=options["categories"],
        accessible=options["accessible"],
    )


def _answer_for_unavailable(terms: Terms, data: Any, result: HoldResult) -> dict[str, Any]:
    """Name the unavailable and the reserved seats, and offer an alternative for all."""
    selected = requested_seats(data)
    held = {line.seat: line.label for line in quote_hold(result.hold).lines}
    return {
        "refusal": PlacesUnavailable(result.unavailable),
        "unavailable_seats": [seat for seat in selected if seat not in held],
        "held_labels": [held[seat] for seat in selected if seat in held],
        "replaces": selected,
        "offer": best_alternative(performance_id=terms.performance_id, requested=selected),
        "hold": result.hold,
    }


def _aside(request: HtmxRequest, terms: Terms, hold: Hold, answer: dict[str, Any]) -> HttpResponse:
    """Return the basket shown beside the map, and the answer shown beside the button."""
    hold = Hold.objects.for_basket().get(pk=hold.pk)
    quote = quote_hold(hold, customer_of(request).user)
    context = {"hold": hold, "quote": quote, "terms": terms, "answer": answer}
    status = 409 if "refusal" in answer else 200
    response = render(request, "bookings/_held.html", context, status=status)
    response.headers["HX-Trigger-After-Settle"] = "places-held"
    return show_badge(response, quantity=len(quote.lines), expires_at=hold.expires_at)


def _page(
    request: HtmxRequest, terms: Terms, data: Any, answer: dict[str, Any], status: int
) -> HttpResponse:
    """Render the whole page with the posted values filled in."""
    context: dict[str, Any] = {"answer": answer, "chosen": frozenset(requested_seats(data))}
    if "best" in data:
        context["best"] = BestForm(data, terms=terms, drawing=drawing_of(terms.plan_id))
    slug = request.GET.get("section", "")
    slug = slug if has_seats(terms, slug) else ""
    return render_refused(request, terms, slug, status=status, **context)
