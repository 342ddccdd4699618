"""Sellers and promoters in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from .forms import SellerForm
from .models import Promoter, Seller


@admin.register(Seller)
class SellerAdmin(ModelAdmin):
    """A seller with shows or documents cannot be deleted."""

    form = SellerForm
    list_display = ["name", "city", "country", "vat_id", "document_prefix"]
    search_fields = ["name", "city", "vat_id", "document_prefix"]
    search_help_text = _("Name, city, VAT number or prefix")
    fieldsets = [
        (None, {"fields": ["name", "address", "postcode", "city", "country"]}),
        (_("Tax"), {"fields": ["tax_number", "vat_id"]}),
        (_("Documents"), {"fields": ["document_prefix", "language", "email", "iban", "bank"]}),
    ]


@admin.register(Promoter)
class PromoterAdmin(ModelAdmin):
    """A promoter with shows cannot be deleted."""

    list_display = ["name", "address"]
    search_fields = ["name", "address", "users__email"]
    autocomplete_fields = ["users"]
    fields = ["name", "address", "users"]
