"""Forms of the shop: checkout, sending tickets again, reviews."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.email_addresses import EmailField
from core.primary_keys import parse_key
from organisation.current import TextRef
from organisation.legal_texts import current_text
from organisation.models import LegalText
from shows.questions import PREFIX

from .checkout_fields import CHECKOUT_FIELDS, ORDER_ANSWER, DetailsForm


class CheckoutForm(DetailsForm):
    """The customer's details. The template renders most fields itself, for speed."""

    email = EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter a valid e-mail address."),
        },
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        error_messages={"required": _("Enter your name.")},
    )
    terms = forms.BooleanField(
        label=_("I accept the terms of sale."),
        error_messages={"required": _("Please accept the terms of sale to continue.")},
    )
    terms_version = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    @property
    def shown_terms(self) -> TextRef | None:
        """The version of the terms that the page links to."""
        return current_text(LegalText.Kind.TERMS)

    def clean_terms_version(self) -> int | None:
        """Return the version that was accepted; refuse one that has been replaced meanwhile."""
        current = self.shown_terms
        if self.cleaned_data["terms_version"] != (str(current.id) if current else ""):
            message = _("The terms of sale have changed. Please read and accept them again.")
            self.add_error("terms", message)
        return current.id if current else None


class SendAgainForm(forms.Form):
    """The address to send tickets to again."""

    email = EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter the e-mail address you booked with."),
            "invalid": _("Enter a valid e-mail address."),
        },
    )


class ReviewForm(forms.Form):
    """A rating and an optional text."""

    stars = forms.TypedChoiceField(
        label=_("Rating"),
        coerce=int,
        choices=[
            ("5", _("5 – Excellent")),
            ("4", _("4 – Good")),
            ("3", _("3 – OK")),
            ("2", _("2 – Fair")),
            ("1", _("1 – Poor")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a rating."),
            "invalid_choice": _("Choose between 1 and 5 stars."),
        },
    )
    text = forms.CharField(
        label=_("Your review"),
        help_text=_("Optional. Published with your first name once approved."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


def typed(data: QueryDict) -> dict[str, Any]:
    """Return the posted values of a `CheckoutForm` as initial values."""
    return {
        "email": data.get("email", "")[:254],
        "name": data.get("name", "")[:150],
        "terms": bool(data.get("terms")),
        **{field.name: data.get(field.name, "")[: field.max_length] for field in CHECKOUT_FIELDS},
        **{name: data[name][:ORDER_ANSWER] for name in data if name.startswith(PREFIX)},
    }


def chosen_concessions(data: QueryDict) -> dict[int, int | None]:
    """Return `{place id: concession id or None}` from posted `concession-<place>` fields.

    Skips everything that is not a number.
    """
    chosen: dict[int, int | None] = {}
    for name in data:
        after_prefix, value = name.removeprefix("concession-"), str(data[name])
        place, concession = parse_key(after_prefix), parse_key(value)
        if name == after_prefix or place is None or (value and concession is None):
            continue
        chosen[place] = concession
    return chosen


def named_place(data: QueryDict) -> int:
    """Return the place id that a button posts, or 0, which no place has."""
    return parse_key(data.get("place")) or 0
