"""The account on one page: preferences, ways to log in, the account's data."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.forms import ProfileForm
from accounts.requests import user_of
from emails.forms import EmailPreferencesForm

from .personal_data import DeleteAccountForm


@never_cache
@login_required
@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    """Show every setting of the account. Each form posts to the page of its own setting.

    So a mistake is shown there, and these pages keep their addresses.
    """
    user = user_of(request)
    authenticators = list(Authenticator.objects.filter(user=user).order_by("pk"))
    context = {
        "profile_form": ProfileForm(instance=user),
        "preferences_form": EmailPreferencesForm(user=user),
        "delete_form": DeleteAccountForm(user=user, auto_id="id_delete_%s"),
        "passkeys": [one for one in authenticators if one.type == Authenticator.Type.WEBAUTHN],
        "has_social": bool(settings.SOCIAL_APPS),
        "social_accounts": SocialAccount.objects.filter(user=user) if settings.SOCIAL_APPS else [],
        "has_app": any(one.type == Authenticator.Type.TOTP for one in authenticators),
    }
    return render(request, "bookings/account.html", context)
