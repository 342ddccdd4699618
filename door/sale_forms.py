"""The form of a sale at the door."""

import secrets
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.email_addresses import EmailField
from core.money import money
from shows.terms import Terms
from venues.drawing import DrawnSection, drawing_of

from .sales import DoorSaleRequest, Method

MAX_RESULTS = 50
ANY = "any"


class SaleForm(forms.Form):
    """A sale at the door, with the choices of one performance (`terms`)."""

    what = forms.ChoiceField(label=gettext_lazy("Tickets"), initial=ANY)
    quantity = forms.IntegerField(
        label=gettext_lazy("Quantity"), min_value=1, max_value=MAX_RESULTS, initial=2
    )
    concession = forms.ChoiceField(label=gettext_lazy("Concession"), required=False)
    method = forms.ChoiceField(
        label=gettext_lazy("Payment method"),
        choices=Method.choices,
        initial=Method.CASH,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason (complimentary tickets)"), max_length=200, required=False
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, required=False)
    email = EmailField(
        label=gettext_lazy("E-mail address for the tickets (optional)"),
        max_length=254,
        required=False,
    )
    admit = forms.BooleanField(label=gettext_lazy("Check in immediately"), required=False)
    key = forms.SlugField(max_length=24, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, terms: Terms) -> None:
        super().__init__(data, initial={"key": secrets.token_hex(12)})
        cast(forms.ChoiceField, self.fields["what"]).choices = _choices(terms)
        cast(forms.ChoiceField, self.fields["concession"]).choices = [("", _("none"))] + [
            (str(row.id), f"{row.name} (−{row.percent_off} %)")
            for row in terms.concessions.values()
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if data.get("method") == Method.COMP and not data.get("reason"):
            self.add_error("reason", _("Enter a reason for complimentary tickets."))
        return data

    def sale_request(self) -> DoorSaleRequest:
        """Return what was entered."""
        data = self.cleaned_data
        kind, _colon, rest = data["what"].partition(":")
        return DoorSaleRequest(
            quantity=data["quantity"],
            section=int(rest) if kind == "section" else None,
            category=rest if kind == "category" else None,
            concession=int(data["concession"]) if data["concession"] else None,
        )


def _choices(terms: Terms) -> list[tuple[str, str]]:
    """Return the choices: best available, each category, each standing section."""
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


def _price_of(section: DrawnSection, terms: Terms) -> str:
    return money(terms.categories_by_name[section.category].price, terms.currency)
