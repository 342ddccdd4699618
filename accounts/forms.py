"""Forms of the account pages: those of allauth with our labels, and the profile."""

from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from allauth.core import context
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from allauth.socialaccount.forms import SignupForm as AllauthSocialSignupForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.email_addresses import lookup_email, normalise_email
from organisation.language import offered_languages

from .limits import may_send_email
from .models import User

if TYPE_CHECKING:
    _Base = forms.Form
else:
    _Base = object

TOO_MANY_EMAILS = _(
    "We have sent several e-mails to this address within the last hour. Please use the latest one,"
    " or try again later."
)
PASSWORD_HELP = _("At least 8 characters, not a common password.")


class PlainLabels(_Base):
    """A form with labels above its fields instead of placeholders."""

    labels = {
        "email": _("E-mail address"),
        "login": _("E-mail address"),
        "password": _("Password"),
        "password1": _("Password"),
        "oldpassword": _("Current password"),
        "code": _("Code from our e-mail"),
    }
    help_texts = {"password": "", "oldpassword": "", "password1": PASSWORD_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, field.help_text)  # type: ignore[assignment]


class LoginForm(PlainLabels, allauth_forms.LoginForm):
    def clean_login(self) -> str:
        """Find the account by any spelling of its address."""
        return lookup_email(super().clean_login())


class SignupForm(PlainLabels, allauth_forms.SignupForm):
    name = forms.CharField(
        label=_("Name (optional)"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["email", "password1", "name"]

    def clean(self) -> dict[str, Any]:
        """If the form is valid so far, refuse more e-mails than the hourly limit allows."""
        cleaned = super().clean() or self.cleaned_data
        email = self.cleaned_data.get("email", "")
        if not self.errors and not may_send_email(context.request, email, "signup_email"):
            self.add_error("email", TOO_MANY_EMAILS)
        return cleaned

    def save(self, request: HttpRequest) -> User:
        """Create the account and its unverified address in one transaction."""
        with transaction.atomic():
            return super().save(request)

    def try_save(self, request: HttpRequest) -> tuple[User | None, Any]:
        """Save unless the address has an account; take equally long in both cases."""
        if not self.account_already_exists:  # type: ignore[has-type]
            try:
                return super().try_save(request)
            except IntegrityError:  # Somebody signed up with this address a moment ago.
                self.account_already_exists = True
        else:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AddEmailForm(PlainLabels, allauth_forms.AddEmailForm):
    labels = {"email": _("New e-mail address")}


class NewPassword(PlainLabels):
    labels = {
        **PlainLabels.labels,
        "password1": _("New password"),
        "password2": _("New password again"),
    }


class ChangePasswordForm(NewPassword, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(NewPassword, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordForm(PlainLabels, allauth_forms.ResetPasswordForm):
    def clean_email(self) -> str:
        """Normalise the address before the account is looked up and the e-mail is sent."""
        self.cleaned_data["email"] = normalise_email(self.cleaned_data["email"])
        return super().clean_email()


class ResetPasswordKeyForm(NewPassword, allauth_forms.ResetPasswordKeyForm):
    pass


class ConfirmPasswordResetCodeForm(PlainLabels, allauth_forms.ConfirmPasswordResetCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(PlainLabels, allauth_forms.ConfirmEmailVerificationCodeForm):
    pass


class ReauthenticateForm(PlainLabels, allauth_forms.ReauthenticateForm):
    pass


class AuthenticateForm(PlainLabels, code_forms.AuthenticateForm):
    labels = {"code": _("Code")}


class ReauthenticateByCodeForm(PlainLabels, code_forms.ReauthenticateForm):
    labels = {"code": _("Code from your authenticator app, or a recovery code")}


class ActivateTOTPForm(PlainLabels, totp_forms.ActivateTOTPForm):
    labels = {"code": _("Code from the app")}


class AddPasskeyForm(PlainLabels, passkey_forms.AddWebAuthnForm):
    labels = {"name": _("Name")}


class EditPasskeyForm(PlainLabels, passkey_forms.EditWebAuthnForm):
    labels = {"name": _("Name")}


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
        help_texts = {
            "time_zone": _(
                "For dates in your account and the time of day of our e-mails. Show times are"
                " always local times of the venue."
            )
        }
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name (optional)")
        self.fields["language"] = forms.ChoiceField(
            label=self.fields["language"].label, choices=offered_languages
        )
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label,
            help_text=self.fields["time_zone"].help_text,
            choices=time_zone_choices,
            required=False,
        )

    def save(self, commit: bool = True) -> User:
        """Save the changed fields only."""
        if commit and self.changed_data:
            self.instance.save(update_fields=self.changed_data)
        return self.instance


def time_zone_choices() -> list[Any]:
    """Return the choices: UTC, and every time zone named after a place, by continent."""
    return [("", "UTC"), *_by_continent()]


@cache
def _by_continent() -> list[tuple[str, list[tuple[str, str]]]]:
    continents: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(available_timezones()):
        continent, _slash, place = zone.partition("/")
        if place and continent not in {
            "Etc",
            "SystemV",
            "US",
            "Canada",
            "Brazil",
            "Mexico",
            "Chile",
        }:
            continents.setdefault(continent, []).append((zone, place.replace("_", " ")))
    return list(continents.items())


class SocialSignupForm(PlainLabels, AllauthSocialSignupForm):
    """Sign up with another site that gives no usable e-mail address."""

    def clean(self) -> dict[str, Any]:
        """Refuse more e-mails than the hourly limit allows, as at every sign-up."""
        cleaned = super().clean() or self.cleaned_data
        email = self.cleaned_data.get("email", "")
        if not self.errors and not may_send_email(context.request, email, "signup_email"):
            self.add_error("email", TOO_MANY_EMAILS)
        return cleaned
