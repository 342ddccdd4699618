"""Pages behind the links in letters."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import opt_out


# The link itself is the key. Mail programs post to it without a cookie, so there is no CSRF token
# to ask for; and following it only looks, because scanners in mailboxes follow every link.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    """Show whether this address gets this kind of letter; POST changes it (RFC 8058)."""
    found = opt_out.read_token(token)
    if found is None:
        raise Http404
    email, kind = found
    if request.method != "POST":
        wants = opt_out.wants(email=email, kind=kind)
        return render(request, "letters/unsubscribe.html", {"email": email, "wants": wants})
    if request.POST.get("List-Unsubscribe") == "One-Click":
        opt_out.opt_out(email=email, kind=kind)
        return HttpResponse()
    if request.POST.get("wants") == "yes":
        opt_out.opt_in(email=email, kind=kind)
    else:
        opt_out.opt_out(email=email, kind=kind)
    return redirect("letters:unsubscribe", token)
