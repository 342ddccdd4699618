"""The form of those who log in with another site, where it does not tell a usable address."""

from typing import Any

from allauth.core import context
from allauth.socialaccount import forms as allauth_forms

from .forms import TOO_MANY_EMAILS, PlainLabels
from .limits import may_send_email


class SocialSignupForm(PlainLabels, allauth_forms.SignupForm):
    def clean(self) -> dict[str, Any]:
        """Refuse more e-mails than the hourly limit allows, as at every sign-up."""
        cleaned = super().clean() or self.cleaned_data
        email = self.cleaned_data.get("email", "")
        if not self.errors and not may_send_email(context.request, email, "signup_email"):
            self.add_error("email", TOO_MANY_EMAILS)
        return cleaned
