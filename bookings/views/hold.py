"""Holding places: what the forms of a performance's page post to."""

from django.contrib import messages
from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.same_origin import same_origin_post
from venues.drawing import drawing_of

from ..exceptions import NothingFits, NotUnderstood, PlacesGone, QueueFirst, Refusal
from ..models import Hold
from ..sale.badge import show_badge
from ..sale.customers import customer_of, remember
from ..sale.quotes import quote_hold
from ..seat_selection.alternatives import best_alternative
from ..seat_selection.forms import BestForm
from ..seat_selection.selection import hold_selection, requested_seats
from .performance import has_seats, public_terms, render_refused
from .responses import see_other, to_queue


@never_cache
@same_origin_post
@require_POST
def hold(request, pk):
    """Hold places and lead to the basket, or put it beside the map (HTMX).

    A refusal is said where the customer chose, with the choice as it was, the map as it is now, and
    an offer of other places if theirs have gone.
    """
    terms = public_terms(pk)
    customer = customer_of(request)
    data = QueryDict()
    try:
        data = _sent(request)
        granted = hold_selection(data=data, terms=terms, customer=customer)
    except QueueFirst as refusal:
        response = to_queue(request, refusal)
    except Refusal as refusal:
        response = _refuse(request, terms, data, refusal)
    else:
        response = _grant(request, terms, data, granted)
    return remember(response, request, customer)


def _sent(request):
    try:
        return request.POST
    except TooManyFieldsSent:
        raise NotUnderstood([_("These are too many seats at once.")]) from None


def _grant(request, terms, data, granted):
    answer = {}
    if granted.gone:
        answer = _told_what_is_gone(terms, data, granted)
    elif not granted.together:
        answer = {"note": _("So many were not free side by side. These are as close as it goes.")}
    if request.htmx:
        return _aside(request, terms, granted.hold, answer)
    if granted.gone:
        return _page(request, terms, data, answer, status=409)
    if answer:
        messages.info(request, answer["note"])
    return see_other(granted.hold)


def _refuse(request, terms, data, refusal):
    answer = {"refusal": refusal}
    if isinstance(refusal, PlacesGone) and not isinstance(refusal, NothingFits):
        wished = requested_seats(data)
        answer["lost"] = refusal.seat_ids
        answer["offer"] = best_alternative(performance_id=terms.performance_id, wished=wished)
    if not request.htmx:
        return _page(request, terms, data, answer, status=refusal.status)
    context = {"terms": terms, "answer": answer}
    response = render(request, "bookings/_hold_result.html", context, status=refusal.status)
    response.headers["HX-Retarget"] = "#answer"
    response.headers["HX-Reswap"] = "innerHTML show:top"
    return response


def _told_what_is_gone(terms, data, granted):
    """Say which have gone and which are kept, and offer as many as were wished for instead."""
    wished = requested_seats(data)
    kept = {line.seat: line.label for line in quote_hold(granted.hold).lines}
    return {
        "refusal": PlacesGone(granted.gone),
        "lost": [seat for seat in wished if seat not in kept],
        "kept": [kept[seat] for seat in wished if seat in kept],
        "give_back": wished,
        "offer": best_alternative(performance_id=terms.performance_id, wished=wished),
        "hold": granted.hold,
    }


def _aside(request, terms, hold, answer):
    """Return the basket for beside the map, and what there is to say for beside the button."""
    hold = Hold.objects.for_basket().get(pk=hold.pk)
    quote = quote_hold(hold)
    context = {"hold": hold, "quote": quote, "terms": terms, "answer": answer}
    status = 409 if "refusal" in answer else 200
    response = render(request, "bookings/_held.html", context, status=status)
    response.headers["HX-Trigger-After-Settle"] = "places-held"
    return show_badge(response, quantity=len(quote.lines), expires_at=hold.expires_at)


def _page(request, terms, data, answer, status):
    """Render the whole page with all that was sent still filled in."""
    context = {"answer": answer, "chosen": frozenset(requested_seats(data))}
    if "best" in data:
        context["best"] = BestForm(data, terms=terms, drawing=drawing_of(terms.plan_id))
    slug = request.GET.get("section", "")
    slug = slug if has_seats(terms, slug) else ""
    return render_refused(request, terms, slug, status=status, **context)
