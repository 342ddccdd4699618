"""The form in which customers request an invoice."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.countries import country_choices
from organisation.identifiers import check_vat_id, compact_number

PREFIX = "invoice"
# VAT prefixes that differ from the country code.
VAT_PREFIXES = {"GR": "EL"}


class InvoiceForm(forms.Form):
    """Name, address and VAT number of the recipient of an invoice."""

    use_required_attribute = False
    name = forms.CharField(
        label=gettext_lazy("Company or name"),
        max_length=150,
        error_messages={"required": gettext_lazy("Enter the name for the invoice.")},
    )
    contact = forms.CharField(
        label=gettext_lazy("Department or contact person"), max_length=150, required=False
    )
    street = forms.CharField(
        label=gettext_lazy("Street and number"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter the street and number.")},
    )
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=20, required=False)
    city = forms.CharField(
        label=gettext_lazy("City"),
        max_length=100,
        error_messages={"required": gettext_lazy("Enter the city.")},
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=country_choices,
        error_messages={
            "required": gettext_lazy("Choose a country."),
            "invalid_choice": gettext_lazy("Choose a country."),
        },
    )
    vat_id = forms.CharField(
        label=gettext_lazy("VAT number"),
        help_text=gettext_lazy("If you have one, such as DE136695976."),
        max_length=30,
        required=False,
    )

    def __init__(self, data: Any = None, *, country: str = "", **kwargs: Any) -> None:
        """`country` is chosen at first: that of the venue."""
        initial = {"country": country, **kwargs.pop("initial", {})}
        super().__init__(data, prefix=PREFIX, initial=initial, **kwargs)
        tokens = {
            "name": "billing organization",
            "contact": "billing name",
            "street": "billing street-address",
            "postcode": "billing postal-code",
            "city": "billing address-level2",
            "country": "billing country",
        }
        for name, field in self.fields.items():
            css = "form-select" if name == "country" else "form-control"
            field.widget.attrs["class"] = css
            field.widget.attrs["autocomplete"] = tokens.get(name, "off")

    def clean_vat_id(self) -> str:
        typed = self.cleaned_data["vat_id"]
        number = compact_number(typed)
        if typed:
            check_vat_id(number)
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        number, country = cleaned.get("vat_id"), cleaned.get("country")
        if number and country and not _fits(number, country):
            message = _("This VAT number belongs to another country than the address.")
            self.add_error("vat_id", ValidationError(message))
        return cleaned

    def typed(self) -> dict[str, str]:
        """Return what was posted, as initial values of another form."""
        return {name: self.data.get(self.add_prefix(name), "") for name in self.fields}

    def details(self) -> dict[str, str]:
        """Return what an order stores: the fields as they are named here, on one line each."""
        return {name: " ".join(str(value).split()) for name, value in self.cleaned_data.items()}


def _fits(number: str, country: str) -> bool:
    """Return whether the VAT number is of the country; Northern Ireland has a code of its own."""
    allowed = {VAT_PREFIXES.get(country, country)} | ({"XI"} if country == "GB" else set())
    return number[:2] in allowed
