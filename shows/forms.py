"""The search and filter form of the catalogue."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.datetimes import check_year
from core.names import translated_name

from . import catalogue

PAST, TONIGHT, WEEKEND = "past", "tonight", "weekend"
FRIDAY = 4


class CatalogueForm(forms.Form):
    """The filters of the catalogue, from a query string.

    An invalid field gets an error and counts as empty, so that a list is always shown.
    """

    q = forms.CharField(label=_("Artist, show or venue"), required=False)
    city = forms.ChoiceField(label=_("City"), required=False)
    tag = forms.ChoiceField(label=_("Genre"), required=False)
    to = forms.DateField(
        label=pgettext_lazy("last day", "To"), required=False, validators=[check_year]
    )
    max_price = forms.DecimalField(
        label=_("Max. price"), required=False, min_value=0, max_digits=9, decimal_places=2
    )
    sort = forms.ChoiceField(label=_("Sort by"), required=False)
    when = forms.ChoiceField(
        required=False,
        choices=[("", ""), (PAST, ""), (TONIGHT, ""), (WEEKEND, "")],
        widget=forms.HiddenInput,
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, use_required_attribute=False, auto_id="%s")
        # `from` is a keyword of Python.
        self.fields["from"] = forms.DateField(
            label=_("From"), required=False, validators=[check_year]
        )
        self.order_fields(["q", "city", "tag", "from", "to", "max_price", "sort"])
        cast(forms.ChoiceField, self.fields["city"]).choices = [("", _("All cities"))] + [
            (city, translated_name(city)) for city in catalogue.cities()
        ]
        cast(forms.ChoiceField, self.fields["tag"]).choices = [("", _("All genres"))] + [
            (tag.slug, translated_name(tag.name)) for tag in catalogue.tags()
        ]
        cast(forms.ChoiceField, self.fields["sort"]).choices = self._sort_choices()
        if data.get("when") == PAST:
            del self.fields["max_price"]  # Past shows have no prices.
        self._set_widgets()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, last = data.get("from"), data.get("to")
        if first and last and last < first:
            self.add_error("to", _("The end date is before the start date."))
        return data

    def filters(self) -> dict[str, Any]:
        """Return the valid fields as arguments of `find_shows`."""
        self.is_valid()  # Fills `cleaned_data` with the valid fields.
        valid = self.cleaned_data
        first, last = days_of(valid.get("when") or "", timezone.localdate())
        return {
            "query": valid.get("q") or "",
            "city": valid.get("city") or "",
            "tag": valid.get("tag") or "",
            "first": valid.get("from") or first,
            "last": valid.get("to") or last,
            "max_price": valid.get("max_price"),
            "sort": valid.get("sort") or "",
            "past": valid.get("when") == PAST,
        }

    def _sort_choices(self):
        first = _("Best match") if self.data.get("q", "").strip() else _("Date")
        choices = [
            ("", first),
            (catalogue.SOONEST, _("Date")),
            (catalogue.NEWEST, _("Newest")),
            (catalogue.CHEAPEST, _("Lowest price")),
            (catalogue.BY_TITLE, _("A–Z")),
        ]
        if self.data.get("when") == PAST:
            choices = [choice for choice in choices if choice[0] != catalogue.CHEAPEST]
        return choices if first != choices[1][1] else [choices[0], *choices[2:]]

    def _set_widgets(self):
        """Set the input types, attributes and CSS classes of the fields."""
        attributes = {"type": "date", "min": "2000-01-01", "max": "2099-12-31"}
        self.fields["from"].widget = forms.DateInput(attributes, format="%Y-%m-%d")
        self.fields["to"].widget = forms.DateInput(attributes, format="%Y-%m-%d")
        self.fields["q"].widget.input_type = "search"
        self.fields["q"].widget.attrs |= {
            "maxlength": 100,
            "autocomplete": "off",
            "enterkeyhint": "search",
            "placeholder": _("Artist, show or venue"),
        }
        if "max_price" in self.fields:
            self.fields["max_price"].widget.attrs |= {
                "inputmode": "decimal",
                "step": "any",
                "placeholder": _("any"),
            }
        for name, field in self.fields.items():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs |= {
                "class": "form-select" if is_choice else "form-control",
                "aria-describedby": f"{name}-error",
            }


def days_of(when: str, today: date) -> tuple[date | None, date | None]:
    """Return the first and last day of a shortcut: tonight, or this weekend from Friday on."""
    if when == TONIGHT:
        return today, today
    if when == WEEKEND:
        sunday = today + timedelta(days=6 - today.weekday())
        return max(today, sunday - timedelta(days=6 - FRIDAY)), sunday
    return None, None
