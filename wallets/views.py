"""Add the tickets of an order to Google Wallet, and what the views of both wallets share."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bookings.access import get_order
from bookings.models import Order
from bookings.views.responses import see_other
from shows.terms import terms_of

from .configuration import require_google
from .exceptions import WalletUnavailable
from .google.save_link import save_url
from .models import WalletPass
from .passes import passes_of


@never_cache
@require_POST
def google(request: HttpRequest, reference: str) -> HttpResponse:
    """Redirect to Google, which saves the order's tickets. Only a click on the button comes here.

    A POST, so that nothing that follows links ahead of the customer tells Google of them.
    """
    order = order_with_tickets(request, reference)
    try:
        account = require_google()
        return see_other(save_url(passes_of(order, WalletPass.Kind.GOOGLE), account))
    except WalletUnavailable as refusal:
        return unavailable(request, order, refusal)


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
