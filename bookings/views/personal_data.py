"""Download the personal data of an account, and delete the account."""

from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import user_of
from core.exceptions import Refused

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
