"""Venues in the admin, with links to their seating plans."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.archiving import ArchivingAdmin
from core.admin.bases import TabularInline
from organisation.admin_translations import TranslatedTextsAdmin, TranslatedTextsForm
from venues.forms import SectionViewForm, SectionViewFormSet, VenueForm, VenuePictureForm
from venues.models import SeatingPlan, SectionView, Venue, VenueFees, VenuePicture
from venues.visitor_information import AMENITIES


class PlansInline(TabularInline):
    """The venue's plans, as links; they are added by importing or generating them."""

    model = SeatingPlan
    fields = ["name", "version", "created_at"]
    readonly_fields = fields
    ordering = ["name", "-version"]
    show_change_link = True
    can_delete = False
    extra = 0
    verbose_name_plural = _("seating plans")

    def has_add_permission(self, request: HttpRequest, obj: Venue) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Venue | None = None) -> bool:
        return False


class VenuePicturesInline(TabularInline):
    model = VenuePicture
    form = VenuePictureForm
    fields = ["picture", "text", "ordinal"]
    extra = 0


class SectionViewsInline(TabularInline):
    """The views from the sections of the venue's plans, which must exist first."""

    model = SectionView
    form = SectionViewForm
    formset = SectionViewFormSet
    fields = ["section", "picture", "text"]
    extra = 0


class VenueFeesInline(TabularInline):
    model = VenueFees
    fields = ["channel", "ticket_fee", "order_fee", "order_fee_tax_rate"]
    extra = 0


class TranslatedVenueForm(TranslatedTextsForm, VenueForm):
    translated = ("description", "city", "directions", "access_notes")


class VenueAdmin(ArchivingAdmin, TranslatedTextsAdmin):
    chosen_in = "performance"
    form = TranslatedVenueForm
    list_display = ["name", "city", "country", "time_zone", "plan_count", "stars"]
    list_filter = ["country", "city"]
    search_fields = ["name", "city", "address", "slug"]
    search_help_text = _("Name, city or address")
    # Said here too, because the count of plans removes the order of the model.
    ordering = ["name", "pk"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [VenuePicturesInline, SectionViewsInline, VenueFeesInline, PlansInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "description", "picture"]}),
        (
            _("Location"),
            {
                "fields": [
                    *["address", "postcode", "city", "country", "time_zone"],
                    *["latitude", "longitude", "directions"],
                ]
            },
        ),
        (_("Access"), {"fields": [*AMENITIES, "access_notes"]}),
        (
            _("Brand"),
            {
                "fields": ["logo", "logo_dark", "accent", "accent_dark"],
                "description": _("On the venue’s pages. Leave empty to use the organisation’s."),
            },
        ),
        (_("Door"), {"fields": ["entrances", "admits_disputed"]}),
        (
            _("Tax"),
            {
                "fields": ["tax_rate", "fee_tax_rate", "tax_exemption"],
                "description": _(
                    "For tickets sold from now on. Price categories and concessions can set rates"
                    " of their own."
                ),
            },
        ),
    ]

    def get_inlines(self, request: HttpRequest, obj: Venue | None) -> list[Any]:
        return [one for one in self.inlines if obj or one is not SectionViewsInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Venue]:
        return super().get_queryset(request).annotate(plan_total=Count("plans"))

    @admin.display(description=_("seating plans"), ordering="plan_total")
    def plan_count(self, venue: Any) -> int:
        return venue.plan_total

    @admin.display(description=_("rating"))
    def stars(self, venue: Venue) -> str:
        if venue.rating is None:
            return "–"
        return f"{venue.rating:.1f} ({venue.rating_count})"
