"""Asking people which letters they want."""

from django import forms
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.forms import SignupForm as PlainSignupForm

from .consents import say_wish, what_was_said
from .kinds import kinds_to_ask_for
from .models import Consent
from .quiet_hours import recipient_zone


class SignupForm(PlainSignupForm):
    """Signing up, with a box for each kind of letter that has to be asked for. None is ticked."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in kinds_to_ask_for():
            self.fields[kind.name] = box_of(kind)

    def save(self, request):
        """Make the account and write down what it asked for, or neither."""
        with transaction.atomic():
            user = super().save(request)
            for kind in kinds_to_ask_for():
                if self.cleaned_data.get(kind.name):
                    source = Consent.Source.SIGN_UP
                    say_wish(user=user, kind=kind.name, is_wanted=True, source=source)
        return user


class EmailPreferencesForm(forms.Form):
    """Every kind of letter that the account may have or leave, as it is now."""

    def __init__(self, *args, user, **kwargs):
        self.user = user
        self.said = what_was_said(user)
        initial = {said.kind.name: said.is_wanted for said in self.said}
        super().__init__(*args, initial=initial, **kwargs)
        for said in self.said:
            self.fields[said.kind.name] = box_of(said.kind, since=self._since(said.consent))

    def _since(self, consent):
        """Say when the account asked for a letter, or refused it, by its own calendar."""
        if consent is None:
            return ""
        at = consent.given_at if consent.is_given else consent.withdrawn_at
        day = date_format(localtime(at, recipient_zone(self.user)), "FULL_DATE")
        words = _("Asked for on %(day)s.") if consent.is_given else _("Refused on %(day)s.")
        return words % {"day": day}

    def save(self):
        """Write down what has changed, and nothing else."""
        for name in self.changed_data:
            wish = {"kind": name, "is_wanted": self.cleaned_data[name]}
            say_wish(user=self.user, source=Consent.Source.ACCOUNT, **wish)


def box_of(kind, since=""):
    words = f"{kind.words} {since}" if since else kind.words
    return forms.BooleanField(label=kind.title, help_text=words, required=False)
