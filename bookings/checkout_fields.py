"""What customers are asked at the checkout besides their e-mail address and name.

Each field of `CHECKOUT_FIELDS` appears in the basket, in the API (`details`), in the admin and the
export of orders, and in the copy of a customer's own data. Values are kept in `Order.details` and
deleted when the customer is anonymised. See "How do I add a field to the checkout form".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from core.annotations import Text


@dataclass(frozen=True)
class CheckoutField:
    """A line of text. `autocomplete` is the token by which browsers fill it in, such as "tel"."""

    name: str
    label: Text
    help_text: Text = ""
    max_length: int = 150
    is_required: bool = False
    autocomplete: str = "off"

    def form_field(self) -> forms.CharField:
        attrs = {"class": "form-control", "autocomplete": self.autocomplete}
        return forms.CharField(
            label=self.label,
            help_text=self.help_text,
            max_length=self.max_length,
            required=self.is_required,
            widget=forms.TextInput(attrs=attrs),
        )


CHECKOUT_FIELDS: list[CheckoutField] = []


class DetailsForm(forms.Form):
    """A form with the fields of `CHECKOUT_FIELDS`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in CHECKOUT_FIELDS:
            self.fields[field.name] = field.form_field()

    def detail_fields(self) -> list[forms.BoundField]:
        """Return the fields to show, in their order."""
        return [self[field.name] for field in CHECKOUT_FIELDS]

    def details(self) -> dict[str, str]:
        """Return the valid form's values for `Order.details`, without empty ones."""
        values = {field.name: self.cleaned_data[field.name] for field in CHECKOUT_FIELDS}
        return {name: value for name, value in values.items() if value}


def labelled(details: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (label, value) of an order's details. Fields that no longer exist keep their name."""
    labels = {field.name: str(field.label) for field in CHECKOUT_FIELDS}
    return [(labels.get(name, name), value) for name, value in details.items()]
