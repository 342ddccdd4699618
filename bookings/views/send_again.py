"""“Send my tickets again”, for those who have lost the letter: the same answer to everybody."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..aftersale.resend import send_all_again
from ..forms import SendAgainForm

# Within an hour: letters to one address, and requests from one network address (a whole house may
# share one).
MOST_BY_ADDRESS, MOST_BY_CLIENT, HOUR = 3, 30, 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_again(request):
    """Ask for an address, and send what is to come to it, if there is anything."""
    form = SendAgainForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "bookings/send_again.html", {"form": form}, status=status)
    email = form.cleaned_data["email"]
    if _is_too_much("client", get_adapter().get_client_ip(request), MOST_BY_CLIENT):
        form.add_error(None, _("That is a lot of requests. Please try again in an hour."))
        return render(request, "bookings/send_again.html", {"form": form}, status=429)
    # Who asks too often for one address hears nothing of it: that, too, would tell something.
    if not _is_too_much("address", email, MOST_BY_ADDRESS):
        send_all_again(email=email)
    return render(request, "bookings/send_again.html", {"email": email})


def _is_too_much(kind, name, most):
    """Count this request, and say whether there were more than `most` within the hour.

    While Redis is away nothing is counted, and nobody is kept from their tickets.
    """
    key = f"send-again:{kind}:{name}"
    if cache.add(key, 1, HOUR):
        return False
    try:
        return cache.incr(key) > most
    except ValueError:  # The hour has ended between the two questions.
        return False
