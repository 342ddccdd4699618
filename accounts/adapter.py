"""The project's adapters for allauth: its accounts, and its two-step verification."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.email_addresses import lookup_email, normalise_email
from core.links import absolute
from organisation.current import current_organisation

from .addresses import ensure_verified_address
from .demo_accounts import has_published_password
from .limits import attempt_source, count_login, remember_browser
from .models import User
from .requests import remember_language

PASSKEY = "mfa_reauthenticate:webauthn"
# Links on the page "Confirm it's you".
WAYS_TO_CONFIRM = {
    PASSKEY: _("Use a passkey"),
    "mfa_reauthenticate": _("Use a code"),
    "reauthenticate": _("Use your password"),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("E-mail or password is incorrect."),
        "too_many_login_attempts": _(
            "Too many failed attempts. Try again in a few minutes, or reset your password."
        ),
        "incorrect_code": _("Wrong code. Use our latest e-mail."),
        "enter_current_password": _("Your current password is incorrect."),
        "incorrect_password": _("Password is incorrect."),
        "duplicate_email": _("This is already your e-mail address."),
        "email_taken": _("Another account uses this e-mail address."),
        "rate_limited": _("Too many attempts. Please wait a few minutes."),
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save name and language; approve the account unless approval is required.

        So accounts that could book keep that right when approval becomes required later.
        """
        user.name = form.cleaned_data.get("name", "")
        user.language = translation.get_language()
        if not current_organisation().account_approval_required:
            user.approved_at = timezone.now()
        return super().save_user(request, user, form, commit)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """Return allauth's methods in our words, a passkey first where there is one."""
        methods = super().get_reauthentication_methods(user)
        for method in methods:
            method["description"] = str(WAYS_TO_CONFIRM[method["id"]])
        return sorted(methods, key=lambda method: method["id"] != PASSKEY)

    def clean_email(self, email: str) -> str:
        """Normalise the address of a sign-up, a new address or a password reset."""
        return normalise_email(email)

    def authenticate(self, request: HttpRequest, **credentials: str) -> User | None:
        """Check a password of pages, admin and API; refuse published demo passwords."""
        user = super().authenticate(request, **credentials)
        if user and has_published_password(
            email=user.email, password=credentials.get("password", "")
        ):
            return None
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        """Count the attempt: by household and account, and by account alone (`accounts.limits`)."""
        super().pre_authenticate(request, **credentials)
        anywhere = count_login(request, credentials.get("email", ""))
        if anywhere is None:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage += anywhere.usage

    def _get_login_attempts_cache_key(self, request, **credentials):
        # allauth includes the host, which anybody can choose.
        email = lookup_email(credentials.get("email", ""))
        return f"{attempt_source(request, email)} {email}"

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        ensure_verified_address(user)
        return super().pre_login(request, user, **kwargs)

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str, **kwargs: Any
    ) -> HttpResponse:
        """Redirect accounts that wait for approval to the page about it."""
        response = super().post_login(request, user, redirect_url=redirect_url, **kwargs)
        is_page = isinstance(response, HttpResponseRedirect)  # The API gets JSON.
        if is_page and user.is_active and not user.may_book:
            query = urlencode({"next": response.url})
            response = HttpResponseRedirect(f"{reverse('accounts:waiting')}?{query}")
        remember_language(response, user.language)
        if is_page:
            remember_browser(response, request, user)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send an e-mail in the account's language, or that of the page if there is no account.

        Links lead to SITE_URL, whatever the host of the request.
        """
        user = context.get("user") or User.objects.filter(email=email).first()
        common = {"site_url": settings.SITE_URL, "current_site": _Site(), "user": user}
        context = common | {
            name: _at_our_site(value) if name.endswith("_url") and value else value
            for name, value in context.items()
        }
        with translation.override(user.language if user else translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's IP address; 0.0.0.0 for a Unix socket without a proxy."""
        try:
            return super().get_client_ip(request)
        except PermissionDenied:
            return "0.0.0.0"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")


class _Site:
    """This site in allauth's e-mails, instead of the host of the request."""

    @property
    def domain(self):
        return urlsplit(settings.SITE_URL).netloc

    name = domain


def _at_our_site(address):
    """Return the same address at SITE_URL."""
    parts = urlsplit(address)
    return absolute(parts._replace(scheme="", netloc="", path=parts.path or "/").geturl())


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Wrong code. Please try again."),
        "unverified_email": _("Confirm your new e-mail address first."),
        "cannot_generate_recovery_codes": _("Turn on two-step verification first."),
    }

    def get_totp_issuer(self) -> str:
        """Return the name under which an authenticator app lists the account."""
        return current_organisation().name

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return the name that the form for a new passkey suggests."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %d") % (count + 1) if count else gettext("Passkey")
