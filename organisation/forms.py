"""The form of a seller in the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .identifiers import compact_number
from .models import Seller


class SellerForm(forms.ModelForm):
    class Meta:
        model = Seller
        fields = [
            "name",
            "address",
            "postcode",
            "city",
            "country",
            "email",
            "language",
            "tax_number",
            "vat_id",
            "iban",
            "bank",
            "document_prefix",
        ]

    def clean_country(self) -> str:
        return self.cleaned_data["country"].upper()

    def clean_vat_id(self) -> str:
        return compact_number(self.cleaned_data["vat_id"])

    def clean_iban(self) -> str:
        return compact_number(self.cleaned_data["iban"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data["tax_number"] and not data["vat_id"]:
            raise ValidationError(
                {"tax_number": _("Enter the tax number, the VAT number or both.")}
            )
        return data
