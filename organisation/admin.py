"""Sellers in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from .forms import SellerForm
from .models import Seller


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
