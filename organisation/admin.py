"""The organisation, sellers and promoters in the admin."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.bases import ModelAdmin

from .admin_texts import HelpEntryAdmin, LegalTextAdmin  # noqa: F401  They are registered.
from .admin_translations import TranslationAdmin  # noqa: F401  It is registered.
from .forms import OrganisationForm, SellerForm
from .models import Organisation, Promoter, Seller
from .models.organisation import ONLY_KEY


@admin.register(Organisation)
class OrganisationAdmin(ModelAdmin):
    """One row: its list is the form. Neither added nor deleted."""

    form = OrganisationForm
    fieldsets = [
        (_("Brand"), {"fields": ["name", "logo", "logo_dark", "favicon", "accent", "accent_dark"]}),
        (_("Contact"), {"fields": ["email", "phone", "address", "social_links"]}),
        (_("Region"), {"fields": ["language", "languages", "time_zone", "currency"]}),
        (_("E-mail"), {"fields": ["sender_name", "sender_address", "news_address", "reply_to"]}),
        (
            _("Sale"),
            {
                "fields": [
                    "hold_minutes",
                    "hold_extension_minutes",
                    "household_limit_percent",
                    "queue_address_limit",
                    "shared_networks",
                    "account_approval_required",
                ]
            },
        ),
        (_("Security"), {"fields": ["staff_second_factor_required"]}),
    ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return self.change_view(request, str(ONLY_KEY))

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        if object_id == str(ONLY_KEY):
            return Organisation.objects.get_or_create(pk=ONLY_KEY)[0]
        return super().get_object(request, object_id, from_field)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Seller)
class SellerAdmin(ModelAdmin):
    """A seller with shows or documents cannot be deleted.

    KEEP_DOCUMENTS_YEARS in the environment overrides the sellers' own.
    """

    form = SellerForm
    readonly_fields = ["years_in_environment"]
    list_display = ["name", "city", "country", "vat_id", "document_prefix"]
    search_fields = ["name", "city", "vat_id", "document_prefix"]
    search_help_text = _("Name, city, VAT number or prefix")
    fieldsets = [
        (None, {"fields": ["name", "address", "postcode", "city", "country"]}),
        (_("Tax"), {"fields": ["tax_number", "vat_id"]}),
        (
            _("Documents"),
            {
                "fields": [
                    *["logo", "document_prefix", "language", "email", "iban", "bank"],
                    "keep_documents_years",
                ]
            },
        ),
        (_("Accountant"), {"fields": ["datev_client"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if not settings.KEEP_DOCUMENTS_YEARS:
            return fieldsets
        instead = {"keep_documents_years": "years_in_environment"}
        return [
            (title, {**options, "fields": [instead.get(name, name) for name in options["fields"]]})
            for title, options in fieldsets
        ]

    @admin.display(description=_("keep documents for (years)"))
    def years_in_environment(self, _seller: Seller) -> str:
        text = gettext("%s. Set by KEEP_DOCUMENTS_YEARS in the environment.")
        return text % settings.KEEP_DOCUMENTS_YEARS


@admin.register(Promoter)
class PromoterAdmin(ModelAdmin):
    """A promoter with shows cannot be deleted."""

    list_display = ["name", "address"]
    search_fields = ["name", "address", "users__email"]
    autocomplete_fields = ["users"]
    fields = ["name", "address", "users"]
