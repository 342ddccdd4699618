"""Send tickets again to an address, without revealing whether it has bookings."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..aftersale.resend import send_all_again
from ..forms import SendAgainForm

# Per hour: e-mails to one address, and requests from one network, which many people may share.
MOST_BY_ADDRESS, MOST_BY_CLIENT, HOUR = 3, 30, 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_again(request: HttpRequest) -> HttpResponse:
    """Ask for an address, and send the confirmations of its upcoming orders to it."""
    form = SendAgainForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "bookings/send_again.html", {"form": form}, status=status)
    email = form.cleaned_data["email"]
    if _is_too_much("client", get_adapter().get_client_ip(request), MOST_BY_CLIENT):
        form.add_error(None, _("Too many requests. Please try again in an hour."))
        return render(request, "bookings/send_again.html", {"form": form}, status=429)
    # Reaching the limit of one address is not shown: that would reveal something about it.
    if not _is_too_much("address", email, MOST_BY_ADDRESS):
        send_all_again(email=email)
    return render(request, "bookings/send_again.html", {"email": email})


def _is_too_much(kind: str, name: str, most: int) -> bool:
    """Count this request; return whether there were more than `most` within the hour.

    While Redis is unavailable nothing is counted, and everybody can get their tickets.
    """
    key = f"send-again:{kind}:{name}"
    if cache.add(key, 1, HOUR):
        return False
    try:
        return cache.incr(key) > most
    except ValueError:  # The hour has ended between the two calls.
        return False
