"""Forms of the account pages: allauth's, with less in them, and the profile."""

from functools import cache
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from allauth.core import context
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.email_addresses import lookup_email, normalise_email

from .limits import may_send_email
from .models import User

TOO_MANY_EMAILS = _(
    "We have sent several e-mails to this address within the hour. Please use the latest of them,"
    " or try again later."
)
PASSWORD_HELP = _("At least 8 characters, and not one that everybody uses.")


class Plain:
    """Labels stand above their fields, so nothing is repeated inside them."""

    labels = {
        "email": _("E-mail address"),
        "login": _("E-mail address"),
        "password": _("Password"),
        "password1": _("Password"),
        "oldpassword": _("Current password"),
        "code": _("Code from the letter"),
    }
    help_texts = {"password": "", "oldpassword": "", "password1": PASSWORD_HELP}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, field.help_text)


class LoginForm(Plain, allauth_forms.LoginForm):
    def clean_login(self) -> str:
        """Find the account by any spelling of its address."""
        return lookup_email(super().clean_login())


class SignupForm(Plain, allauth_forms.SignupForm):
    name = forms.CharField(
        label=_("Name (optional)"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["email", "password1", "name"]

    def clean(self):
        """Refuse the e-mail that would be one too many, once nothing else is wrong."""
        cleaned = super().clean()
        email = self.cleaned_data.get("email")
        if not self.errors and not may_send_email(context.request, email, "signup_email"):
            self.add_error("email", TOO_MANY_EMAILS)
        return cleaned

    def save(self, request):
        """Make the account and its unproven address, or neither (see `addresses.vouch_for`)."""
        with transaction.atomic():
            return super().save(request)

    def try_save(self, request):
        """Answer alike, and after the same work, whether or not the address has an account."""
        if not self.account_already_exists:
            try:
                return super().try_save(request)
            except IntegrityError:  # Somebody signed up with this address a moment ago.
                self.account_already_exists = True
        else:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AddEmailForm(Plain, allauth_forms.AddEmailForm):
    labels = {"email": _("New e-mail address")}


class NewPassword(Plain):
    labels = {
        **Plain.labels,
        "password1": _("New password"),
        "password2": _("New password again"),
    }


class ChangePasswordForm(NewPassword, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(NewPassword, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordForm(Plain, allauth_forms.ResetPasswordForm):
    def clean_email(self) -> str:
        """Normalise the address before the account is looked up and the e-mail is sent."""
        self.cleaned_data["email"] = normalise_email(self.cleaned_data["email"])
        return super().clean_email()


class ResetPasswordKeyForm(NewPassword, allauth_forms.ResetPasswordKeyForm):
    pass


class ConfirmPasswordResetCodeForm(Plain, allauth_forms.ConfirmPasswordResetCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(Plain, allauth_forms.ConfirmEmailVerificationCodeForm):
    pass


class ReauthenticateForm(Plain, allauth_forms.ReauthenticateForm):
    pass


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
        help_texts = {
            "time_zone": _(
                "For dates on your account and the hour of our letters. Shows are always in the"
                " time of their venue."
            )
        }
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label,
            help_text=self.fields["time_zone"].help_text,
            choices=time_zone_choices,
            required=False,
        )

    def save(self, commit=True):
        """Write the form's own fields and no others."""
        if commit and self.changed_data:
            self.instance.save(update_fields=self.changed_data)
        return self.instance


def time_zone_choices():
    """Return every time zone that is named after a place, by continent."""
    return [("", "UTC"), *_by_continent()]


@cache
def _by_continent():
    continents = {}
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
