"""The form in which the first superuser chooses e-mail address and password."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.email_addresses import EmailField

from .demo_accounts import has_published_password
from .forms import PASSWORD_HELP
from .models import User


def _password_input() -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": "new-password"})


class FirstSuperuserForm(forms.Form):
    email = EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password1 = forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_HELP,
        max_length=4096,
        strip=False,
        widget=_password_input(),
    )
    password2 = forms.CharField(
        label=_("Password again"), max_length=4096, strip=False, widget=_password_input()
    )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if User.objects.filter(email=email).exists():
            raise ValidationError(_("Another account uses this e-mail address."))
        return email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        password = data.get("password1")
        if not password:
            return data
        email = data.get("email", "")
        try:
            validate_password(password, User(email=email))
        except ValidationError as error:
            self.add_error("password1", error)
        if has_published_password(email=email, password=password):
            self.add_error("password1", _("This password is published. Choose another."))
        if data.get("password2") and data["password2"] != password:
            self.add_error("password2", _("The two passwords are not the same."))
        return data
