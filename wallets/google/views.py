"""Saving the tickets of an order to Google Wallet."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bookings.views.responses import see_other

from ..configuration import require_google
from ..exceptions import WalletUnavailable
from ..models import WalletPass
from ..passes import passes_of
from ..views import order_with_tickets, unavailable
from .save_link import save_url


@never_cache
@require_POST
def save(request: HttpRequest, reference: str) -> HttpResponse:
    """Redirect to Google, which saves the order's tickets. Only a click on the button comes here.

    A POST, so that nothing that follows links ahead of the customer tells Google of them.
    """
    order = order_with_tickets(request, reference)
    try:
        account = require_google()
        return see_other(save_url(passes_of(order, WalletPass.Kind.GOOGLE), account))
    except WalletUnavailable as refusal:
        return unavailable(request, order, refusal)
