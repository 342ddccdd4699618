"""The account's e-mail preferences, and the pages of unsubscribe links."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.requests import user_of
from accounts.views import next_page

from . import opt_outs
from .consents import accepts_email
from .forms import EmailPreferencesForm
from .kinds import get_kind


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and change which e-mails the account gets."""
    form = EmailPreferencesForm(
        request.POST if request.method == "POST" else None, user=user_of(request)
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(next_page(request, "emails:preferences"))
    return render(request, "emails/preferences.html", {"form": form})


# The link authorises the request. Mail programs post to it without a cookie, so there is no CSRF
# token; opening it changes nothing, because mailboxes scan links.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show whether this address gets this kind of e-mail; POST changes it (RFC 8058)."""
    found = opt_outs.read_token(token)
    if found is None:
        raise Http404
    email, kind = found
    if request.method != "POST":
        context = {"email": email, "kind": get_kind(kind)}
        context["is_wanted"] = accepts_email(email=email, kind=kind)
        return render(request, "emails/unsubscribe.html", context)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        opt_outs.opt_out(email=email, kind=kind)
        return HttpResponse()
    if request.POST.get("wants") == "yes":
        opt_outs.opt_in(email=email, kind=kind)
    else:
        opt_outs.opt_out(email=email, kind=kind)
    return redirect("emails:unsubscribe", token)
