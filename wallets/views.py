"""What the pages of both wallets share."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from bookings.access import get_order
from bookings.models import Order
from bookings.views.responses import see_other
from shows.terms import terms_of

from .exceptions import WalletUnavailable


def order_with_tickets(request: HttpRequest, reference: str) -> Order:
    """Return a paid order that this request may see and whose tickets admit, or raise 404."""
    order = get_order(request, reference)
    has_tickets = order.is_confirmed and order.quantity > 0 and not order.merged_into_id
    if not (has_tickets and terms_of(order.performance_id).takes_place):
        raise Http404
    return order


def unavailable(request: HttpRequest, order: Order, refusal: WalletUnavailable) -> HttpResponse:
    """Go back to the order with a message."""
    messages.error(request, str(refusal))
    return see_other(order)
