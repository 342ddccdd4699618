"""What customers fill in on their way from a basket to a ticket."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.email_addresses import EmailField


class CheckoutForm(forms.Form):
    """Who buys. Its page writes the fields by hand: it is part of every purchase."""

    email = EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Please tell us where to send the tickets."),
            "invalid": _("This does not look like an e-mail address."),
        },
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        error_messages={"required": _("Please tell us your name.")},
    )
    terms = forms.BooleanField(
        label=_("I accept the terms of sale."),
        error_messages={"required": _("Please accept the terms of sale to go on.")},
    )


class SendAgainForm(forms.Form):
    """Whose tickets to send once more."""

    email = EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please tell us the address that you booked with."),
            "invalid": _("This does not look like an e-mail address."),
        },
    )


class ReviewForm(forms.Form):
    """Stars and, if somebody likes, words."""

    stars = forms.TypedChoiceField(
        label=_("How many stars?"),
        coerce=int,
        choices=[
            ("5", _("5: wonderful")),
            ("4", _("4: good")),
            ("3", _("3: all right")),
            ("2", _("2: rather not")),
            ("1", _("1: a lost evening")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose how many stars."),
            "invalid_choice": _("Please choose between one star and five."),
        },
    )
    text = forms.CharField(
        label=_("In your words"),
        help_text=_("If you like. Shown with your first name once we have read it."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


def typed(data):
    """Return what has been typed into a posted CheckoutForm so far, to be shown again."""
    return {
        "email": data.get("email", "")[:254],
        "name": data.get("name", "")[:150],
        "terms": bool(data.get("terms")),
    }


def chosen_concessions(data):
    """Read `{place id: concession id or None}` from posted `concession-<place>` fields.

    What is not a number is passed over; only a forged form sends it.
    """
    chosen = {}
    for name in data:
        place = name.removeprefix("concession-")
        value = data[name]
        if name == place or not _is_number(place) or not (value == "" or _is_number(value)):
            continue
        chosen[int(place)] = int(value) if value else None
    return chosen


def named_place(data):
    """Read the place that a button names, or 0, which no place has."""
    place = data.get("place", "")
    return int(place) if _is_number(place) else 0


def _is_number(text):
    return text.isascii() and text.isdigit() and len(text) < 19
