"""The form fields that say how rows are named and seats are numbered."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from venues.seat_builder import (
    ALPHABET,
    SEAT_NUMBERS,
    SKIPPED,
    row_index,
    row_letters,
    row_numbers,
)

NUMBERINGS = [
    ("left", gettext_lazy("1, 2, 3 … from the left")),
    ("right", gettext_lazy("1, 2, 3 … from the right")),
    ("odd-left", gettext_lazy("1, 3, 5 … from the left")),
    ("odd-right", gettext_lazy("1, 3, 5 … from the right")),
    ("even-left", gettext_lazy("2, 4, 6 … from the left")),
    ("even-right", gettext_lazy("2, 4, 6 … from the right")),
    ("odd-even", gettext_lazy("from the middle, odd numbers to the left")),
    ("even-odd", gettext_lazy("from the middle, even numbers to the left")),
]
ROW_NAMINGS = [("letters", gettext_lazy("letters")), ("numbers", gettext_lazy("numbers"))]
MAX_FIRST = 10_000
MAX_ROWS, MAX_SEATS = 1_000, 60_000


class Text(forms.CharField):
    widget = UnfoldAdminTextInputWidget


class SmallNumber(forms.IntegerField):
    """A whole number that may be left empty."""

    widget = UnfoldAdminIntegerFieldWidget

    def __init__(self, *, least: int = 1, most: int, **options: Any) -> None:
        super().__init__(min_value=least, max_value=most, required=False, **options)


class NumberingForm(forms.Form):
    """How rows are named and their seats numbered. Rows may continue after those in front."""

    numbered = forms.ChoiceField(
        label=gettext_lazy("Seat numbering"), choices=NUMBERINGS, required=False
    )
    first_seat = SmallNumber(label=gettext_lazy("First seat number"), most=MAX_FIRST, initial=1)
    row_names = forms.ChoiceField(
        label=gettext_lazy("Row names"), choices=ROW_NAMINGS, required=False
    )
    first_row = Text(
        label=gettext_lazy("First row"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("A letter or a number. Leave empty to begin with A or 1."),
    )
    after = Text(
        label=gettext_lazy("Continue after row"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("The last row of the section in front, such as F."),
    )
    skipped = Text(
        label=gettext_lazy("Skipped letters"), max_length=20, required=False, initial=SKIPPED
    )

    def clean_skipped(self) -> str:
        letters = "".join(self.cleaned_data["skipped"].upper().split()).replace(",", "")
        if set(letters) - set(ALPHABET):
            raise forms.ValidationError(_("Only letters from A to Z can be skipped."))
        return letters

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("first_row", "after"):
            row = str(data.get(name, "")).strip().upper()
            if row and self._index_of(row, data) is None:
                message = _("“%s” is neither a number nor a row letter that is used here.")
                self.add_error(name, message % row)
        return data

    @property
    def numbering(self) -> str:
        return self.cleaned_data["numbered"] or "left"

    @property
    def first_number(self) -> int:
        return self.cleaned_data["first_seat"] or 1

    def row_name(self, index: int) -> str:
        """Return the name of the row at `index`, from 0."""
        data = self.cleaned_data
        first, after = data["first_row"].strip().upper(), data["after"].strip().upper()
        start = 0
        if first:
            start = self._index_of(first, data) or 0
        elif after:
            start = (self._index_of(after, data) or 0) + 1
        if self._has_numbers(data):
            return row_numbers(start + index)
        return row_letters(start + index, data["skipped"])

    def seat_numbers(self, count: int) -> list[str]:
        return SEAT_NUMBERS[self.numbering](count, self.first_number)

    def _has_numbers(self, data: dict[str, Any]) -> bool:
        given = str(data.get("first_row") or data.get("after") or "").strip()
        return given.isdigit() or (not given and data.get("row_names") == "numbers")

    def _index_of(self, row: str, data: dict[str, Any]) -> int | None:
        return row_index(row, data.get("skipped", SKIPPED))


class RelabelForm(NumberingForm):
    """New names for rows that exist, and new numbers for their seats: `counts` is “10 12 12”."""

    counts = forms.CharField(max_length=20_000)

    def clean_counts(self) -> list[int]:
        parts = self.cleaned_data["counts"].split()
        if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
            raise forms.ValidationError(_("Enter a whole number."))
        counts = [int(part) for part in parts]
        if len(counts) > MAX_ROWS or sum(counts) > MAX_SEATS:
            raise forms.ValidationError(_("These are too many rows or seats at once."))
        return counts

    def labels(self) -> dict[str, Any]:
        """Return {"rows": [name, …], "seats": [[number, …], …]}."""
        counts = self.cleaned_data["counts"]
        return {
            "rows": [self.row_name(index) for index in range(len(counts))],
            "seats": [self.seat_numbers(count) for count in counts],
        }
