"""The account on one page: preferences, ways to log in, its data; download and delete these."""

from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ProfileForm
from accounts.models import User
from accounts.requests import user_of
from core.exceptions import Refused
from emails.forms import EmailPreferencesForm

from ..aftersale.personal_data import delete_account, personal_data_of


class DeleteAccountForm(forms.Form):
    """Confirm with the password; accounts without one confirm that they understand."""

    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    understood = forms.BooleanField(label=_("Yes, delete my account. This can't be undone."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        del self.fields["understood" if user.has_usable_password() else "password"]

    def clean_password(self) -> None:
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("Password is incorrect."))


@never_cache
@login_required
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Return all data stored about the account as JSON."""
    response = JsonResponse(personal_data_of(user_of(request)), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="concert.json"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Offer the data for download; POST deletes the account."""
    form = DeleteAccountForm(
        request.POST if request.method == "POST" else None, user=user_of(request)
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        if "password" not in form.fields and is_reauthentication_required(request, app="account"):
            raise ReauthenticationRequired
        try:
            delete_account(user=user_of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            logout(request)
            messages.success(request, gettext("Your account has been deleted."))
            return redirect("/")
    return render(request, "bookings/personal_data.html", {"form": form}, status=status)


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
        "is_promoter": user.promoters.exists(),
        "has_app": any(one.type == Authenticator.Type.TOTP for one in authenticators),
    }
    return render(request, "bookings/account.html", context)
