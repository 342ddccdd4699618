"""Pages of the account that are ours. The others are allauth's, with templates of ours."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from .forms import ProfileForm
from .language import remember_language
from .second_factor import ONWARDS, may_work


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    """What the account is called, and how it wants to be spoken to."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with override(user.language):
            messages.success(request, _("Saved."))
        response = redirect("accounts:profile")
        remember_language(response, user)
        return response
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@never_cache
@login_required
@require_safe
def waiting(request):
    """Why this account may not book yet; once it may, the page it was on its way to."""
    onwards = _safe(request, request.GET.get("next", ""))
    if request.user.may_book:
        return redirect(onwards)
    return render(request, "accounts/waiting.html", {"onwards": onwards})


@never_cache
@login_required
@require_safe
def second_factor(request):
    """Why staff need a second factor, and the way to one; with one, the page they were going to."""
    onwards = _safe(request, request.GET.get("next") or request.session.get(ONWARDS, ""))
    if may_work(request.user):
        request.session.pop(ONWARDS, None)
        return redirect(onwards)
    return render(request, "accounts/second_factor.html")


def _safe(request, url):
    here = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if here else settings.LOGIN_REDIRECT_URL
