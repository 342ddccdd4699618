"""Pages behind the links in letters, and the one on which an account chooses its letters."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import opt_outs
from .consents import wants
from .forms import EmailPreferencesForm
from .kinds import kind_named


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request):
    """Which letters the account wants, and since when."""
    form = EmailPreferencesForm(
        request.POST if request.method == "POST" else None, user=request.user
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("emails:wishes")
    return render(request, "emails/wishes.html", {"form": form})


# The link itself is the key. Mail programs post to it without a cookie, so there is no CSRF token
# to ask for; and following it only looks, because scanners in mailboxes follow every link.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    """Show whether this address gets this kind of letter; POST changes it (RFC 8058)."""
    found = opt_outs.read_token(token)
    if found is None:
        raise Http404
    email, kind = found
    if request.method != "POST":
        context = {"email": email, "kind": kind_named(kind)}
        context["is_wanted"] = wants(email=email, kind=kind)
        return render(request, "emails/unsubscribe.html", context)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        opt_outs.opt_out(email=email, kind=kind)
        return HttpResponse()
    if request.POST.get("wants") == "yes":
        opt_outs.opt_in(email=email, kind=kind)
    else:
        opt_outs.opt_out(email=email, kind=kind)
    return redirect("emails:unsubscribe", token)
