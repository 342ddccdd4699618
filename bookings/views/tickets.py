"""The tickets of an order for the entrance: one on each screen, also without a connection.

A service worker keeps these pages on the device (`static/js/ticket-worker.js`). The headers of each
response say whether, how long and for whom it may be kept. See decision 430.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from core.annotations import HtmxRequest
from core.content_security import allow_forms_to
from core.names import translated_name
from core.public_pages import bypass_middleware
from core.secret_keys import hmac_of
from organisation.brand import current_brand
from organisation.offline import service_worker
from shows.terms import Terms, terms_of

from ..access import brings_key, get_order, remember_key
from ..documents.ticket_codes import qr_svg
from ..models import Order, Ticket
from ..order_page import wallet_links_of
from ..sale.customers import customer_of
from .responses import see_other
from .seat_names import name_seats

# How long after its expected end the tickets of a performance are kept on a device.
KEPT_AFTER_END = timedelta(hours=6)
# The owner of the page, so that the worker deletes pages of earlier users of the browser.
OWNER, KEEP_UNTIL = "X-Ticket-Owner", "X-Keep-Until"
OWNER_SALT = "bookings.ticket_owner"
MOST_ORDERS = 50


@never_cache
@require_safe
def ticket_list(request: HtmxRequest) -> HttpResponse:
    """List the coming performances that the customer has tickets for: the start of the app."""
    customer = customer_of(request)
    found = Order.objects.made_by(customer).with_valid_tickets().upcoming()
    found = found.select_related("performance__show", "performance__venue")[:MOST_ORDERS]
    now = timezone.now()
    orders = [order for order in found if _kept_until(order.performance.ends_at) > now]
    response = render(request, "bookings/ticket_list.html", {"orders": orders})
    ends = [order.performance.ends_at for order in orders]
    return _keep(response, request, _kept_until(max(ends)) if ends else None)


@never_cache
@require_safe
def ticket_page(request: HtmxRequest, reference: str) -> HttpResponse:
    """Show the tickets of a paid order, each on a screen of its own."""
    try:
        order = get_order(request, reference)
    except Http404:
        return render(request, "bookings/order_unknown.html", status=404)
    if brings_key(request, order):
        return remember_key(see_other("bookings:tickets", reference), request, order)
    if not order.is_confirmed or order.merged_into_id:
        return see_other(order)
    terms, tickets = terms_of(order.performance_id), _tickets_of(order)
    can_enter = terms.takes_place and order.quantity > 0
    links = wallet_links_of(order) if can_enter else []
    version = _version_of(order, tickets)
    name_seats(order, tickets)
    context = {
        "order": order,
        "terms": terms,
        "screens": _screens_of(tickets, terms),
        "now": timezone.now(),
        "version": version,
        "can_enter": can_enter,
        "is_over": timezone.now() > _kept_until(terms.ends_at),
        "wallet_links": links,
    }
    response = render(request, "bookings/tickets.html", context)
    allow_forms_to(response, filter(None, (link.origin for link in links)))
    return _keep(response, request, _kept_until(terms.ends_at))


@never_cache
@require_safe
def ticket_state(request: HttpRequest, reference: str) -> JsonResponse:
    """Tell an open page whether its tickets have changed."""
    order = get_order(request, reference)
    return JsonResponse({"version": _version_of(order, _tickets_of(order))})


@bypass_middleware
@require_safe
def worker(request: HttpRequest, language: str) -> HttpResponse:
    """Return the service worker. Its address limits it to the pages under /tickets/."""
    return service_worker(request, "ticket-worker.js", language)


@require_safe
@cache_control(private=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the tickets as an app for the home screen (W3C Web Application Manifest)."""
    brand, start = current_brand(), reverse("bookings:ticket_list")
    icons = [{"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml"}]
    icons += [{"src": static("img/mark-180.png"), "sizes": "180x180", "type": "image/png"}]
    if brand.icon:
        sizes = f"{brand.icon.width}x{brand.icon.height}"
        icons = [{"src": brand.icon.url, "sizes": sizes, "type": "image/png"}]
    described = {
        "id": start,
        "name": f"{_('Tickets')} · {brand.name}",
        "short_name": _("Tickets"),
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#f6f3ec",
        "theme_color": "#f6f3ec",
        "icons": icons,
    }
    return JsonResponse(described, content_type="application/manifest+json")


@never_cache
@require_safe
def logged_out(request: HttpRequest) -> HttpResponse:
    """Redirect after logging out, by an address at which the service worker deletes its pages."""
    to = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure())
    return see_other(to if is_ours else "shows:home")


def _tickets_of(order: Order) -> list[Ticket]:
    return list(order.tickets.select_related("place__section").in_plan_order())


def _screens_of(tickets: list[Ticket], terms: Terms) -> list[dict[str, Any]]:
    """Return what each screen shows: a ticket, its code if it is valid, and its neighbours."""
    keys = [ticket.pk for ticket in tickets]
    return [
        {
            "ticket": ticket,
            "code": qr_svg(ticket) if terms.takes_place and ticket.is_valid else "",
            "entrance": translated_name(terms.venue.entrance_of(ticket.place.section.name)),
            "before": before,
            "after": after,
        }
        for ticket, before, after in zip(
            tickets, [None, *keys[:-1]], [*keys[1:], None], strict=True
        )
    ]


def _kept_until(ends_at: datetime) -> datetime:
    return ends_at + KEPT_AFTER_END


def _keep(response: HttpResponse, request: HttpRequest, until: datetime | None) -> HttpResponse:
    """Let the service worker keep this page until then."""
    if until is None or until <= timezone.now():
        return response
    customer = customer_of(request)
    # A browser with an account may have no visitor yet, which would be another one each time.
    response.headers[OWNER] = hmac_of(OWNER_SALT, customer.actor)[:32]
    response.headers[KEEP_UNTIL] = str(int(until.timestamp()))
    return response


def _version_of(order: Order, tickets: Iterable[Ticket]) -> str:
    """Return a digest of what the page shows."""
    terms = terms_of(order.performance_id)
    shown: list[Any] = [terms.starts_at, terms.doors_at, terms.takes_place, terms.venue.entrances]
    for ticket in tickets:
        shown += [ticket.pk, ticket.version, ticket.status, ticket.label]
        shown += [ticket.holder, ticket.concession, ticket.category]
    return hashlib.blake2b(repr(shown).encode(), digest_size=12).hexdigest()
