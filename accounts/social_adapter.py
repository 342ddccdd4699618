"""The project's adapter for allauth's social accounts: log in with Google, Apple and others.

An address joins an existing account only if the provider states that it has verified it. Any
other has to be confirmed by a code first, as at every sign-up.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.email_addresses import normalise_email
from organisation.current import current_organisation

from .models import User
from .second_factor import has_second_factor


class SocialAdapter(DefaultSocialAccountAdapter):
    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": gettext_lazy(
            "Another account uses this e-mail address. Log in to it, then add %s there."
        ),
        "no_password": gettext_lazy("Set a password first, so that you can still log in."),
        "no_verified_email": gettext_lazy(
            "Confirm your e-mail address first, so that you can still log in."
        ),
    }

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the providers of the settings; none is stored in the database."""
        apps = [SocialApp(**{"settings": {}, **fields}) for fields in settings.SOCIAL_APPS]
        return [
            app
            for app in apps
            if provider in (None, app.provider, app.provider_id)
            and client_id in (None, app.client_id)
        ]

    def get_app(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> SocialApp:
        """Return the provider of the settings. Raises Http404 for one that is not configured."""
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist:
            raise Http404 from None

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """Fill a new account as a sign-up does, with a normalised address."""
        user = sociallogin.user
        parts = [data.get("first_name"), data.get("last_name")]
        user.name = (data.get("name") or " ".join(filter(None, parts)))[:150]
        user.email = _normalised(data.get("email"))
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        if not current_organisation().account_approval_required:
            user.approved_at = timezone.now()
        for address in sociallogin.email_addresses:
            address.email = _normalised(address.email)
            # Not the text "false", which some providers send.
            address.verified = address.verified is True
        sociallogin.email_addresses = [one for one in sociallogin.email_addresses if one.email]
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse staff without a second factor; allauth asks those who have one for it."""
        user = sociallogin.user
        if sociallogin.is_existing and user.is_staff and not has_second_factor(user):
            messages.error(
                request,
                _("Staff accounts need two-step verification to log in this way."),
            )
            raise ImmediateHttpResponse(redirect("account_login"))


def _normalised(email: str | None) -> str:
    try:
        return normalise_email(email) if email else ""
    except ValidationError:
        return ""
