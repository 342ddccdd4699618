"""What staff fill in who sell at the door."""

import secrets

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.email_addresses import EmailField
from core.money import money
from venues.drawing import drawing_of

from .sales import Method, Wish

MOST = 50
ANY = "any"


class SaleForm(forms.Form):
    """Made for the terms of one performance, which say what there is to sell."""

    what = forms.ChoiceField(label=gettext_lazy("What"), initial=ANY)
    quantity = forms.IntegerField(
        label=gettext_lazy("How many"), min_value=1, max_value=MOST, initial=2
    )
    concession = forms.ChoiceField(label=gettext_lazy("Concession"), required=False)
    method = forms.ChoiceField(
        label=gettext_lazy("Paid"),
        choices=Method.choices,
        initial=Method.CASH,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, when it is complimentary"), max_length=200, required=False
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, required=False)
    email = EmailField(
        label=gettext_lazy("E-mail address, if they want a letter"), max_length=254, required=False
    )
    admit = forms.BooleanField(label=gettext_lazy("Let them in at once"), required=False)
    key = forms.SlugField(max_length=24, widget=forms.HiddenInput)

    def __init__(self, data=None, *, terms):
        super().__init__(data, initial={"key": secrets.token_hex(12)})
        self.fields["what"].choices = _what(terms)
        self.fields["concession"].choices = [("", _("none"))] + [
            (str(row.id), f"{row.name} (−{row.percent_off} %)")
            for row in terms.concessions.values()
        ]

    def clean(self):
        data = super().clean()
        if data.get("method") == Method.COMP and not data.get("reason"):
            self.add_error("reason", _("Please say why they are given away."))
        return data

    def wish(self):
        data = self.cleaned_data
        kind, _colon, rest = data["what"].partition(":")
        return Wish(
            quantity=data["quantity"],
            section=int(rest) if kind == "section" else None,
            category=rest if kind == "category" else None,
            concession=int(data["concession"]) if data["concession"] else None,
        )


def _what(terms):
    """Return the choices: the best seats, those of each category, each standing section."""
    drawing = drawing_of(terms.plan_id)
    seated = {seat.category for seat in drawing.seats.values()}
    seats = [
        (f"category:{row.name}", f"{row.name} · {money(row.price, terms.currency)}")
        for row in terms.categories.values()
        if row.name in seated
    ]
    standing = [
        (f"section:{section.id}", f"{section.name} · {_price_of(section, terms)}")
        for section in drawing.sections
        if section.kind == "standing"
    ]
    best = [(ANY, _("Best available"))] if seats else []
    return best + seats + standing


def _price_of(section, terms):
    return money(terms.categories_by_name[section.category].price, terms.currency)
