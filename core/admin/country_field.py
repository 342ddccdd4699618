"""A country in a form of the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from core.countries import country_choices


class CountryField(forms.ChoiceField):
    """A country, chosen by its name. Imports and the API send its code, also in small letters."""

    def __init__(self, **options: Any) -> None:
        options = {
            "label": _("Country"),
            "choices": country_choices,
            "error_messages": {"invalid_choice": _("Enter a two-letter country code, such as DE.")},
            "widget": UnfoldAdminSelectWidget,
        } | options
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).strip().upper()
