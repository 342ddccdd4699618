"""The basket, which is also the checkout: all that lies between choosing and paying on one page.

Every button of the page posts the whole form, so that whatever has been typed is shown again, with
or without HTMX. Baskets are private: none of these answers may be kept by anybody.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shows.terms import terms_of

from ..access import get_basket
from ..exceptions import HoldLapsed, QueueFirst, QuoteChanged, Refusal
from ..forms import CheckoutForm, chosen_concessions, named_place, typed
from ..models import Hold
from ..sale.badge import hide_badge, show_badge
from ..sale.basket_diff import changes, written
from ..sale.concessions import choose_concessions, merged
from ..sale.customers import customer_of, remember, visitor_of
from ..sale.holds import extend_hold, release_hold
from ..sale.online import can_pay_online, categories_sold_online
from ..sale.orders import place_order
from ..sale.quotes import quote_hold
from ..sale.remove_from_basket import remove_place
from ..sale.restore_hold import restore_hold, unavailable_places
from ..seat_selection.alternatives import best_alternative
from .responses import see_other, to_payment, to_queue


@never_cache
@require_safe
def baskets(request):
    """Lead to the visitor's basket: the only one, or a list of several, or words for none."""
    holds = []
    if visitor_of(request) or request.user.is_authenticated:
        holds = list(Hold.objects.made_by(customer_of(request)).live().with_quantity())
    if len(holds) == 1:
        return redirect(holds[0])
    rows = [{"hold": hold, "terms": terms_of(hold.performance_id)} for hold in holds]
    return render(request, "bookings/baskets.html", {"rows": rows})


@never_cache
@require_safe
def basket_aside(request, performance_id):
    """Return what the visitor has of a performance, to be shown beside its map. 204 for nothing."""
    holds = Hold.objects.made_by(customer_of(request)).live().for_basket()
    hold = holds.filter(performance_id=performance_id).first()
    try:
        quote = quote_hold(hold) if hold else None
    except HoldLapsed:
        quote = None
    if quote is None:
        return hide_badge(HttpResponse(status=204), request)
    context = {"hold": hold, "quote": quote, "terms": terms_of(performance_id)}
    response = render(request, "bookings/_aside.html", context)
    return show_badge(response, quantity=len(quote.lines), expires_at=hold.expires_at)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def basket_page(request, token):
    """Show the basket; POST orders what it shows and leads on to the payment."""
    customer, hold = get_basket(request, token)
    if hold.is_bought:
        return see_other(hold.order)
    if request.method == "POST":
        return _check_out(request, customer, hold)
    return _page(request, customer, hold, CheckoutForm(initial=_contact(customer, hold)))


@never_cache
@require_POST
def choose(request, token):
    """Take over the concessions chosen, and show the new prices."""
    return _change(request, token, lambda customer, hold: [])


@never_cache
@require_POST
def remove(request, token):
    """Give one place back."""
    place_id = named_place(request.POST)

    def take_out(customer, hold):
        went = remove_place(hold=hold, place_id=place_id, actor=customer.actor)
        words = _("%(place)s went too: it is kept for the companion in the wheelchair space.")
        return [words % {"place": label} for label in went]

    return _change(request, token, take_out)


@never_cache
@require_POST
def extend(request, token):
    """Give the basket more time, once."""

    def give_time(customer, hold):
        extend_hold(hold=hold, actor=customer.actor)
        return []

    return _change(request, token, give_time)


@never_cache
@require_POST
def release(request, token):
    """Give everything back and return to the map."""
    customer, hold = get_basket(request, token)
    if hold.is_bought:
        return see_other(hold.order)
    release_hold(hold=hold, actor=customer.actor)
    messages.success(request, _("Your places are on sale again. Thank you for letting go."))
    return hide_badge(see_other("bookings:performance", hold.performance_id), request)


@never_cache
@require_POST
def again(request, token):
    """Take the places of a lapsed basket once more, as far as they are still free."""
    customer, hold = get_basket(request, token)
    if hold.is_bought:
        return see_other(hold.order)
    try:
        held = restore_hold(hold=hold, customer=customer)
    except QueueFirst as refusal:
        messages.warning(request, str(refusal))
        return to_queue(request, refusal)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("bookings:performance", hold.performance_id)
    if held.gone:
        gone = _("Meanwhile somebody else has taken: %(places)s. The rest is yours.")
        messages.warning(request, gone % {"places": "; ".join(held.gone)})
    return remember(see_other(held.hold), request, customer)


def _check_out(request, customer, hold):
    form = CheckoutForm(request.POST)
    try:
        _take_over_concessions(request, hold)
        if not form.is_valid():
            return _page(request, customer, hold, form, status=422)
        order = place_order(
            hold=hold,
            seen=request.POST.get("quote", ""),
            customer=customer,
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            language=get_language(),
        )
    except HoldLapsed:
        return _over(request, customer, hold)
    except QuoteChanged as refusal:
        quote = refusal.quote
        notes = changes(request.POST.get("saw", ""), quote, hold)
        return _page(request, customer, hold, form, refusal=refusal, notes=notes, quote=quote)
    except Refusal as refusal:
        return _page(request, customer, hold, form, refusal=refusal)
    return remember(to_payment(request, order), request, customer)


def _change(request, token, operation):
    """Do what a button of the basket asks for, and show the basket as it is then.

    `operation(customer, hold)` returns sentences to be said beside the places.
    """
    customer, hold = get_basket(request, token)
    if hold.is_bought:
        return _go(request, hold.order)
    refusal, notes = None, []
    try:
        _take_over_concessions(request, hold)
        notes = operation(customer, hold)
    except HoldLapsed:
        return _go(request, hold)
    except Refusal as error:
        refusal = error
    customer, hold = get_basket(request, token)
    if hold.is_released:
        messages.info(request, _("Your basket is empty now."))
        return hide_badge(_go(request, "bookings:performance", hold.performance_id), request)
    form = CheckoutForm(initial=typed(request.POST))
    part = bool(request.htmx)
    return _page(request, customer, hold, form, refusal=refusal, notes=notes, part=part)


def _take_over_concessions(request, hold):
    """Whichever button was pressed, what stands in the selects is what the customer wants."""
    chosen = chosen_concessions(request.POST)
    offered = terms_of(hold.performance_id).concessions
    if merged(hold.concessions, chosen, offered) != hold.concessions:
        hold.concessions = choose_concessions(hold=hold, chosen=chosen).concessions


def _page(
    request, customer, hold, form, *, quote=None, refusal=None, notes=(), status=200, part=False
):
    """Render the basket, or with `part` only what its buttons change."""
    try:
        quote = quote or quote_hold(hold)
    except HoldLapsed:
        return _go(request, hold) if part else _over(request, customer, hold)
    terms = terms_of(hold.performance_id)
    context = {
        "hold": hold,
        "here": hold.get_absolute_url(),
        "quote": quote,
        "rows": _rows(quote, terms),
        "saw": written(quote),
        "terms": terms,
        "form": form,
        "customer": customer,
        "may_book": customer.may_book,
        "can_pay": can_pay_online(quote.total),
        "refusal": refusal,
        "notes": notes,
    }
    template = "bookings/_basket_parts.html" if part else "bookings/basket.html"
    response = render(request, template, context, status=refusal.status if refusal else status)
    return show_badge(response, quantity=len(quote.lines), expires_at=hold.expires_at)


def _rows(quote, terms):
    """Pair each line with the concessions on offer for it, each with the price that it gives."""
    rows = []
    for line in quote.lines:
        category = terms.categories_by_name[line.category].id
        options = [
            {"term": term, "price": terms.price_of(category, term.id)[0]}
            for term in terms.concessions.values()
        ]
        rows.append({"line": line, "options": options, "full": terms.price_of(category)[0]})
    return rows


def _contact(customer, hold):
    """Fill in what is known: from an earlier try at this basket, or from the account."""
    if hold.order_reference:
        return {"email": hold.order_email, "name": hold.order_name}
    if customer.user:
        return {"email": customer.user.email, "name": customer.user.name}
    return {}


def _over(request, customer, hold):
    """The basket has ended: offer its places once more, or others (410)."""
    terms = terms_of(hold.performance_id)
    lost = unavailable_places(hold)
    selling = terms.is_selling() and bool(categories_sold_online(terms))
    others = Hold.objects.made_by(customer).live().filter(performance_id=hold.performance_id)
    context = {
        "hold": hold,
        "terms": terms,
        "lost": lost,
        "selling": selling,
        "offer": best_alternative(performance_id=hold.performance_id, wished=lost.seat_ids)
        if selling and lost.gone
        else None,
        "other": others.exclude(pk=hold.pk).first(),
    }
    return hide_badge(render(request, "bookings/basket_expired.html", context, status=410), request)


def _go(request, to, *args):
    """Send the whole page on, also when HTMX asked for a part of it."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": see_other(to, *args)["Location"]})
    return see_other(to, *args)
