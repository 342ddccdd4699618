"""Forms of the queue pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.email_addresses import EmailField


class AlertForm(forms.Form):
    """The address to which an e-mail is sent when the visitor's turn is near."""

    email = EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "form-control"}),
    )
