"""The pages of the one-time link for the first superuser."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from . import setup_links
from .setup_forms import FirstSuperuserForm
from .setup_links import UNKNOWN, SetupLinkRefused, check_setup_link, digest_of

DIGEST = "setup_link"  # The session key. The token itself is kept nowhere.


@never_cache
@require_safe
def open_setup_link(request: HttpRequest, token: str) -> HttpResponse:
    """Remember in the session that the link was opened, and leave its address."""
    try:
        digest = digest_of(token)
        check_setup_link(digest=digest)
    except SetupLinkRefused as refusal:
        return _refused(request, refusal)
    request.session[DIGEST] = digest
    return _without_referrer(redirect("accounts:setup"))


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def create_first_superuser(request: HttpRequest) -> HttpResponse:
    """Show the form of the first superuser; when it is sent, create the account and log in."""
    digest = request.session.get(DIGEST, "")
    try:
        if not digest:
            raise SetupLinkRefused(UNKNOWN)
        check_setup_link(digest=digest)
        form = FirstSuperuserForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return _create(request, form, digest)
    except SetupLinkRefused as refusal:
        return _refused(request, refusal)
    return _show(request, form)


def _create(request: HttpRequest, form: FirstSuperuserForm, digest: str) -> HttpResponse:
    data = form.cleaned_data
    try:
        user = setup_links.create_first_superuser(
            digest=digest, email=data["email"], password=data["password1"]
        )
    except IntegrityError:  # Somebody signed up with this address a moment ago.
        form.add_error("email", _("Another account uses this e-mail address."))
        return _show(request, form)
    del request.session[DIGEST]
    record_authentication(request, user, method="password", email=user.email)
    return perform_login(request, user, redirect_url=reverse("setup:index"))


def _show(request: HttpRequest, form: FirstSuperuserForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    # With the site's own referrer policy: without a referrer, browsers post forms with the origin
    # "null", which is refused. The address of this page has no token.
    return render(request, "accounts/setup.html", {"form": form}, status=status)


def _refused(request: HttpRequest, refusal: SetupLinkRefused) -> HttpResponse:
    context = {"refusal": refusal}
    page = render(request, "accounts/setup_refused.html", context, status=refusal.status)
    return _without_referrer(page)


def _without_referrer(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    return response
