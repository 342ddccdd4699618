"""The forms by which customers select tickets."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.money import money
from core.names import translated_name
from core.primary_keys import parse_keys
from shows.online_sales import categories_sold_online
from shows.terms import Terms
from venues.drawing import Drawing, DrawnSection
from venues.models import Seat

MAX_SEATS = 100  # Of one request. The customer limit is lower.


class BestForm(forms.Form):
    """The best available seats: “4 together, up to €60”."""

    quantity = forms.TypedChoiceField(label=_("Tickets"), coerce=int)
    category = forms.TypedChoiceField(label=_("Area"), coerce=int, required=False, empty_value=None)
    max_price = forms.ChoiceField(label=_("Max. price per ticket"), required=False)
    accessible = forms.BooleanField(label=_("I need a wheelchair space"), required=False)

    def __init__(self, *args: Any, terms: Terms, drawing: Drawing, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.terms = terms
        seats = drawing.seats.values()
        names = {seat.category for seat in seats}
        sold = categories_sold_online(terms)
        categories = [
            term for term in terms.categories.values() if term.name in names and term.id in sold
        ]
        prices = sorted({category.price for category in categories})
        cast(forms.ChoiceField, self.fields["quantity"]).choices = _numbers(terms.customer_limit)
        self.fields["quantity"].initial = min(2, terms.customer_limit)
        cast(forms.ChoiceField, self.fields["category"]).choices = [("", _("Any area"))] + [
            (
                category.id,
                f"{translated_name(category.name)}, {money(category.price, terms.currency)}",
            )
            for category in categories
        ]
        cast(forms.ChoiceField, self.fields["max_price"]).choices = [("", _("Any price"))] + [
            (str(price), _("up to %(price)s") % {"price": money(price, terms.currency)})
            for price in prices[:-1]
        ]
        self.has_wheelchair_spaces = any(seat.kind == Seat.Kind.WHEELCHAIR for seat in seats)
        for name in ("quantity", "category", "max_price"):
            self.fields[name].widget.attrs["class"] = "form-select"

    @property
    def options(self) -> dict[str, Any]:
        """Return the arguments of `hold_best` that were submitted."""
        sent = self.cleaned_data
        category, max_price = sent["category"], sent["max_price"]
        prices = {str(term.price): term.price for term in self.terms.categories.values()}
        return {
            "quantity": sent["quantity"],
            "categories": [self.terms.categories[category].name] if category else None,
            "max_price": prices[max_price] if max_price else None,
            "accessible": sent.get("accessible", False),
        }


class StandingForm(forms.Form):
    """A number of standing places of a section."""

    section = forms.SlugField()
    quantity = forms.TypedChoiceField(label=_("Tickets"), coerce=int)

    def __init__(self, *args: Any, terms: Terms, drawing: Drawing, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.drawing = drawing
        cast(forms.ChoiceField, self.fields["quantity"]).choices = _numbers(terms.customer_limit)

    def clean_section(self) -> DrawnSection:
        section = self.drawing.by_slug.get(self.cleaned_data["section"])
        if section is None or not section.is_standing:
            raise forms.ValidationError(_("This section does not exist."))
        return section


class SeatsForm(forms.Form):
    """Seats selected by hand, and those that they replace (`replaces`, with `instead`)."""

    instead = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["seats"] = self._ids("seat")
        self.cleaned_data["replaces"] = self._ids("replaces")
        return self.cleaned_data

    def _ids(self, name: str) -> list[int]:
        values = list(dict.fromkeys(cast(QueryDict, self.data).getlist(name)))
        if len(values) > MAX_SEATS:
            raise forms.ValidationError(_("Too many seats selected."))
        keys = parse_keys(values)
        if len(keys) < len(values):
            raise forms.ValidationError(_("This seat does not exist."))
        return keys


def _numbers(limit: int) -> list[tuple[int, str]]:
    return [(number, str(number)) for number in range(1, limit + 1)]
