"""The forms of the till."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import amount_text, check_amount, check_currency, coin

MAX_PIECES = 9999


class OpenTillForm(forms.Form):
    """Open a till: its name, currency and float."""

    till = forms.CharField(
        label=gettext_lazy("Till"), max_length=40, help_text=gettext_lazy("For example: Main door")
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, min_length=3)
    opening_float = forms.DecimalField(
        label=gettext_lazy("Float"),
        help_text=gettext_lazy("The cash in the till before the first sale."),
        min_value=0,
        max_digits=9,
        decimal_places=2,
        localize=True,
    )

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        check_currency(currency)
        return currency

    def clean(self) -> None:
        data = self.cleaned_data
        if "currency" in data and "opening_float" in data:
            _check(self, "opening_float", data["opening_float"], data["currency"])


class MoveCashForm(forms.Form):
    """Put cash into the till or take it out, with a reason."""

    IN, OUT = "in", "out"

    direction = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[(OUT, gettext_lazy("Take cash out")), (IN, gettext_lazy("Put cash in"))],
        initial=OUT,
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        localize=True,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, data: QueryDict | None = None, *, currency: str) -> None:
        super().__init__(data)
        self.currency = currency

    def clean(self) -> None:
        if "amount" in self.cleaned_data:
            _check(self, "amount", self.cleaned_data["amount"], self.currency)

    def signed_amount(self) -> Decimal:
        """Return the amount, negative for cash that is taken out."""
        amount: Decimal = self.cleaned_data["amount"]
        return amount if self.cleaned_data["direction"] == self.IN else -amount


class CountForm(forms.Form):
    """Count the cash: a field for each coin and note of the currency."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Required if the count differs from what is expected."),
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, currency: str) -> None:
        super().__init__(data)
        self.currency = currency
        self.values = denominations(currency)
        for value in self.values:
            self.fields[self.field_name(value)] = forms.IntegerField(
                label=amount_text(value, currency),
                min_value=0,
                max_value=MAX_PIECES,
                required=False,
            )

    @staticmethod
    def field_name(value: Decimal) -> str:
        return f"n{value}".replace(".", "_")

    def rows(self) -> list[tuple[Decimal, forms.BoundField]]:
        """Return each coin or note with its field."""
        return [(value, self[self.field_name(value)]) for value in self.values]

    def count(self) -> dict[Decimal, int]:
        """Return how many of each coin and note were counted."""
        return {
            value: number
            for value in self.values
            if (number := self.cleaned_data.get(self.field_name(value)))
        }

    def require_note(self, difference: Decimal) -> bool:
        """Return whether a note explains the difference; add an error if not."""
        if not difference or self.cleaned_data["note"]:
            return True
        self.add_error("note", _("Explain the difference."))
        return False


def _check(form: forms.Form, field: str, amount: Decimal, currency: str) -> None:
    try:
        check_amount(amount, currency)
    except ValidationError as error:
        form.add_error(field, error)


# Notes, then coins, the largest first. Others count in steps of one, two and five.
EURO = "200 100 50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01"
CASH = {
    "EUR": f"500 {EURO}",
    "GBP": "50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01",
    "USD": "100 50 20 10 5 2 1 0.50 0.25 0.10 0.05 0.01",
    "CHF": "1000 200 100 50 20 10 5 2 1 0.50 0.20 0.10 0.05",
    "SEK": "1000 500 200 100 50 20 10 5 2 1",
    "NOK": "1000 500 200 100 50 20 10 5 1",
    "DKK": "1000 500 200 100 50 20 10 5 2 1 0.50",
    "PLN": "500 200 100 50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01",
    "CZK": "5000 2000 1000 500 200 100 50 20 10 5 2 1",
    "JPY": "10000 5000 2000 1000 500 100 50 10 5 1",
    "CAD": "100 50 20 10 5 2 1 0.25 0.10 0.05",
    "AUD": "100 50 20 10 5 2 1 0.50 0.20 0.10 0.05",
}


def denominations(currency: str) -> list[Decimal]:
    """Return the values of the coins and notes of a currency, the largest first."""
    if currency in CASH:
        return [Decimal(value) for value in CASH[currency].split()]
    unit = coin(currency)
    steps = (Decimal(step).scaleb(power) for power in range(6) for step in (1, 2, 5))
    return sorted((unit * step for step in steps), reverse=True)
