"""The forms of the organisation and of a seller in the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelect2Widget

from core.admin.country_field import CountryField
from core.admin.pictures import LogoField
from core.email_addresses import normalise_email
from core.languages import site_languages
from core.time_zones import zone_choices

from .identifiers import compact_number
from .models import Organisation, Seller

LOGO_SIZE = (800, 240)
ICON_SIZE = (192, 192)


class BrandForm(forms.ModelForm):
    """The fields of `HasBrand`."""

    logo = LogoField(
        label=gettext_lazy("Logo"),
        required=False,
        size=LOGO_SIZE,
        help_text=gettext_lazy(
            "Shown instead of the name. A PNG with a transparent background is best."
        ),
    )

    logo_dark = LogoField(
        label=gettext_lazy("Logo in dark mode"),
        required=False,
        size=LOGO_SIZE,
        help_text=gettext_lazy("Leave empty to show the logo on a light background."),
    )

    def clean_accent(self) -> str:
        return self.cleaned_data["accent"].lower()

    def clean_accent_dark(self) -> str:
        return self.cleaned_data["accent_dark"].lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("accent_dark") and not data.get("accent") and "accent" not in self.errors:
            raise ValidationError({"accent": _("Choose the accent colour of the light theme too.")})
        return data


class OrganisationForm(BrandForm):
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=site_languages,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("That customers can choose. All, if none is selected."),
    )
    favicon = LogoField(
        label=gettext_lazy("Icon"),
        required=False,
        size=ICON_SIZE,
        help_text=gettext_lazy("Shown in browser tabs. Square, at least 192 by 192 pixels."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zone_choices,
        widget=UnfoldAdminSelect2Widget,
        help_text=gettext_lazy("For reports and wherever no venue’s time zone applies."),
    )

    class Meta:
        model = Organisation
        fields = [
            "name",
            "logo",
            "logo_dark",
            "favicon",
            "accent",
            "accent_dark",
            "email",
            "phone",
            "address",
            "social_links",
            "language",
            "languages",
            "time_zone",
            "currency",
            "sender_name",
            "sender_address",
            "news_address",
            "reply_to",
            "hold_minutes",
            "hold_extension_minutes",
            "household_limit_percent",
            "queue_address_limit",
            "shared_networks",
            "account_approval_required",
            "staff_second_factor_required",
        ]

    def clean_favicon(self) -> Any:
        icon = self.cleaned_data["favicon"]
        image = getattr(icon, "image", None)
        if image is not None and image.width != image.height:
            raise ValidationError(_("The icon must be square."))
        return icon

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        languages = data.get("languages")
        if languages and data.get("language") not in languages:
            self.add_error("languages", _("Select the default language too."))
        return data

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()

    def clean_sender_address(self) -> str:
        return _normalised(self.cleaned_data["sender_address"])

    def clean_news_address(self) -> str:
        return _normalised(self.cleaned_data["news_address"])

    def clean_reply_to(self) -> str:
        return _normalised(self.cleaned_data["reply_to"])


def _normalised(address: str) -> str:
    return normalise_email(address) if address else ""


class SellerForm(forms.ModelForm):
    country = CountryField()
    logo = LogoField(
        label=gettext_lazy("Logo"),
        required=False,
        size=LOGO_SIZE,
        help_text=gettext_lazy(
            "On this seller’s documents. Leave empty to use that of the organisation."
        ),
    )

    class Meta:
        model = Seller
        fields = [
            "name",
            "address",
            "postcode",
            "city",
            "country",
            "email",
            "logo",
            "language",
            "tax_number",
            "vat_id",
            "iban",
            "bank",
            "document_prefix",
            "keep_documents_years",
            "datev_client",
        ]

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
