"""What visitors may wish for, and what they are told when it cannot be understood."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.datetimes import check_year

from . import catalogue


class CatalogueForm(forms.Form):
    """The filters of the catalogue, from a query string.

    A field that cannot be understood gets its error and counts as empty: a list is shown whatever
    the address says.
    """

    q = forms.CharField(label=_("Artist, show or venue"), required=False)
    city = forms.ChoiceField(label=_("City"), required=False)
    tag = forms.ChoiceField(label=_("Kind"), required=False)
    to = forms.DateField(label=_("To"), required=False, validators=[check_year])
    max_price = forms.DecimalField(
        label=_("Price up to"), required=False, min_value=0, max_digits=9, decimal_places=2
    )
    sort = forms.ChoiceField(label=_("Order"), required=False)
    when = forms.ChoiceField(
        required=False, choices=[("", ""), ("past", "")], widget=forms.HiddenInput
    )

    def __init__(self, data):
        super().__init__(data, use_required_attribute=False, auto_id="%s")
        # `from` is a name that Python keeps for itself.
        self.fields["from"] = forms.DateField(
            label=_("From"), required=False, validators=[check_year]
        )
        self.order_fields(["q", "city", "tag", "from", "to", "max_price", "sort"])
        self.fields["city"].choices = [("", _("All cities"))] + [
            (city, city) for city in catalogue.cities()
        ]
        self.fields["tag"].choices = [("", _("All kinds"))] + [
            (tag.slug, tag.name) for tag in catalogue.tags()
        ]
        self.fields["sort"].choices = self._orders()
        self._dress()

    def clean(self):
        wishes = self.cleaned_data
        first, last = wishes.get("from"), wishes.get("to")
        if first and last and last < first:
            self.add_error("to", _("This is before the first day."))
        return wishes

    def wishes(self):
        """Return what was understood, as arguments of `find_shows`."""
        self.is_valid()  # Fills `cleaned_data`, with what is valid alone.
        understood = self.cleaned_data
        return {
            "query": understood.get("q") or "",
            "city": understood.get("city") or "",
            "tag": understood.get("tag") or "",
            "first": understood.get("from"),
            "last": understood.get("to"),
            "max_price": understood.get("max_price"),
            "sort": understood.get("sort") or "",
            "past": understood.get("when") == "past",
        }

    def _orders(self):
        first = _("Best match first") if self.data.get("q", "").strip() else _("Soonest first")
        orders = [
            ("", first),
            (catalogue.SOONEST, _("Soonest first")),
            (catalogue.NEWEST, _("Newest first")),
            (catalogue.CHEAPEST, _("Cheapest first")),
            (catalogue.BY_TITLE, _("By title")),
        ]
        return orders if first != orders[1][1] else [orders[0], *orders[2:]]

    def _dress(self):
        """Say what browsers and style sheets need to know of each field."""
        date = {"type": "date", "min": "2000-01-01", "max": "2099-12-31"}
        self.fields["from"].widget = forms.DateInput(date, format="%Y-%m-%d")
        self.fields["to"].widget = forms.DateInput(date, format="%Y-%m-%d")
        self.fields["q"].widget.input_type = "search"
        self.fields["q"].widget.attrs |= {
            "maxlength": 100,
            "autocomplete": "off",
            "enterkeyhint": "search",
            "placeholder": _("Artist, show or venue"),
        }
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
