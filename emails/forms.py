"""Forms to choose e-mails."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.forms import SignupForm as PlainSignupForm
from accounts.models import User

from .consents import preferences_of, record_consent
from .kinds import EmailKind, opt_in_kinds
from .models import Consent
from .quiet_hours import recipient_zone


class SignupForm(PlainSignupForm):
    """The sign-up form with a checkbox, not checked, for each opt-in kind of e-mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in opt_in_kinds():
            self.fields[kind.name] = consent_field(kind)

    def save(self, request: HttpRequest) -> User:
        """Create the account and record its consents in one transaction."""
        with transaction.atomic():
            user = super().save(request)
            for kind in opt_in_kinds():
                if self.cleaned_data.get(kind.name):
                    source = Consent.Source.SIGN_UP
                    record_consent(user=user, kind=kind.name, is_wanted=True, source=source)
        return user


class EmailPreferencesForm(forms.Form):
    """A checkbox for each kind of e-mail that the account can choose."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        preferences = preferences_of(user)
        initial = {preference.kind.name: preference.is_wanted for preference in preferences}
        super().__init__(*args, **{**kwargs, "initial": initial})
        for preference in preferences:
            since = self._since(preference.consent)
            self.fields[preference.kind.name] = consent_field(preference.kind, since=since)

    def _since(self, consent):
        """Return the date on which the account subscribed or unsubscribed, in its time zone."""
        if consent is None:
            return ""
        at = consent.given_at if consent.is_given else consent.withdrawn_at
        day = date_format(localtime(at, recipient_zone(self.user)), "FULL_DATE")
        since = _("Subscribed on %(day)s.") if consent.is_given else _("Unsubscribed on %(day)s.")
        return since % {"day": day}

    def save(self) -> None:
        """Record only the changed preferences."""
        for name in self.changed_data:
            record_consent(
                user=self.user,
                kind=name,
                is_wanted=self.cleaned_data[name],
                source=Consent.Source.ACCOUNT,
            )


def consent_field(kind: EmailKind, since: str = "") -> forms.BooleanField:
    """Return the checkbox for a kind, with its description and the date of the last choice."""
    description = f"{kind.description} {since}" if since else kind.description
    return forms.BooleanField(label=kind.title, help_text=description, required=False)
