"""Account pages. All others are allauth's, with templates of this project."""

from typing import Any

from allauth.account import views as account_views
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.same_origin import same_origin_post
from organisation.language import offered_languages

from .forms import TOO_MANY_EMAILS, ProfileForm
from .limits import may_send_email
from .models import User
from .requests import remember_language, user_of
from .second_factor import ONWARDS, has_required_factor


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Edit name, language and time zone."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with override(user.language):
            messages.success(request, _("Saved."))
        response = redirect(next_page(request, "accounts:profile"))
        remember_language(response, user.language)
        return response
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@same_origin_post
@never_cache
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Show the site in the language chosen in the footer, to guests and accounts alike."""
    language = request.POST.get("language", "")
    if language not in dict(offered_languages()):
        raise BadRequest("Unknown language.")
    response = redirect(_safe(request, request.headers.get("Referer", "")))
    remember_language(response, language)
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=language)
    return response


class PasswordResetView(account_views.PasswordResetView):
    """allauth's view, with an hourly limit that others cannot use up for the owner."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Refuse more e-mails than the hourly limit allows, whether or not there is an account."""
        if may_send_email(self.request, form.cleaned_data["email"], "reset_email"):
            return super().form_valid(form)
        form.add_error("email", TOO_MANY_EMAILS)
        return self.render_to_response(self.get_context_data(form=form), status=429)


@never_cache
@login_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Explain that the account waits for approval; once approved, redirect to its destination."""
    onwards = _safe(request, request.GET.get("next", ""))
    if user_of(request).may_book:
        return redirect(onwards)
    return render(request, "accounts/waiting.html", {"onwards": onwards})


@never_cache
@login_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask staff to set up two-step verification; once set up, redirect to their destination."""
    onwards = _safe(request, request.GET.get("next") or request.session.get(ONWARDS, ""))
    if has_required_factor(user_of(request)):
        request.session.pop(ONWARDS, None)
        return redirect(onwards)
    return render(request, "accounts/second_factor.html")


def next_page(request: HttpRequest, name: str) -> str:
    """Return the page that a form names as the one to go on to, or that of a URL name."""
    page = request.POST.get("next", "")
    return _safe(request, page) if page else reverse(name)


def _safe(request: HttpRequest, url: str) -> str:
    is_safe = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_safe else settings.LOGIN_REDIRECT_URL
