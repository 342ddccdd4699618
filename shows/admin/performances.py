"""Performances, with their prices. The sale's own admin adds its actions to this one."""

from django.contrib import admin, messages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from core.admin.archiving import ArchivingAdmin
from core.admin.autocomplete import AutocompletingAdmin
from core.datetime_fields import ExactDateTimeField, ExactDateTimeWidget
from core.money import money
from shows.admin_forms import PerformanceForm, PriceCategoryForm, PriceCategoryFormSet
from shows.catalogue_write import LOCKED_ON_SALE
from shows.copy_performance import copy_performance
from shows.models import Concession, Performance, PriceCategory
from shows.search import index_show
from shows.terms import forget_terms
from venues.models import Venue

STATE_COLOURS = {
    Performance.SaleState.ON_SALE: "success",
    Performance.SaleState.FEW_LEFT: "warning",
    Performance.SaleState.SOLD_OUT: "primary",
    Performance.SaleState.ANNOUNCED: "info",
    Performance.SaleState.CANCELLED: "danger",
}


class WhenFilter(admin.SimpleListFilter):
    title = _("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("upcoming", _("to come")), ("selling", _("on sale")), ("past", _("past"))]

    def queryset(self, request, queryset):
        if self.value() == "upcoming":
            return queryset.upcoming()
        if self.value() == "selling":
            return queryset.selling()
        return queryset.past() if self.value() == "past" else queryset


class PriceCategoryInline(TabularInline):
    model = PriceCategory
    form = PriceCategoryForm
    formset = PriceCategoryFormSet
    fields = ["name", "price", "fee", "colour", "ordinal"]
    extra = 0

    def get_readonly_fields(self, request, obj=None):
        """Once places have been made they belong to their categories, whose prices may change."""
        return ["name"] if _has_places(obj) else []

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and not _has_places(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not _has_places(obj)


class ConcessionInline(TabularInline):
    model = Concession
    fields = ["name", "percent_off", "proof", "ordinal"]
    extra = 0


class PerformanceAdmin(ArchivingAdmin, AutocompletingAdmin, ModelAdmin):
    """Status and places change only by actions; what places were made for is fixed with them."""

    form = PerformanceForm
    formfield_overrides = {
        models.DateTimeField: {"form_class": ExactDateTimeField, "widget": ExactDateTimeWidget}
    }
    list_display = ["title", "starts", "venue", "state", "places", "prices"]
    list_filter = [
        WhenFilter,
        "status",
        ("venue", AutocompleteSelectFilter),
        ("show", AutocompleteSelectFilter),
    ]
    list_filter_submit = True
    list_select_related = ["show", "venue"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at"]
    search_fields = ["show__title", "show__artists__name", "venue__name", "venue__city"]
    search_help_text = _("Show, artist, venue or city")
    autocomplete_fields = ["show", "venue", "plan"]
    inlines = [PriceCategoryInline, ConcessionInline]
    actions = ["copy_a_week_later"]
    fieldsets = [
        (None, {"fields": ["show", "venue", "plan", "sale", "places", "to_be_priced"]}),
        (
            _("Calendar"),
            {
                "fields": ["starts_at", "doors_at", "on_sale_from", "on_sale_until"],
                "description": _("On the clock of the venue."),
            },
        ),
        (
            _("Terms"),
            {
                "fields": [
                    "currency",
                    "customer_limit",
                    "cancel_until_hours",
                    "keep_fee",
                    "allow_single_gaps",
                    "accessible_released",
                ]
            },
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_price_range()

    def get_readonly_fields(self, request, obj=None):
        told = ["sale", "places", "to_be_priced"]
        return [*told, *LOCKED_ON_SALE] if _has_places(obj) else told

    def after_removal(self, performance):
        index_show(performance.show)
        forget_terms(performance.pk)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Read and write times on the clock of the venue, also of one just being chosen."""
        with timezone.override(self._zone(request, object_id)):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            return response.render() if hasattr(response, "render") else response

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        index_show(form.instance.show)
        forget_terms(form.instance.pk)

    @admin.action(description=_("Copy, a week later"), permissions=["add"])
    def copy_a_week_later(self, request, queryset):
        chosen = queryset.order_by("starts_at")
        for performance in chosen:
            copy = copy_performance(performance=performance, days=7)
            self.log_addition(request, copy, _("Copied."))
        told = ngettext(
            "%d draft is there: the same day and hour a week later.",
            "%d drafts are there: the same days and hours a week later.",
            len(chosen),
        )
        messages.success(request, told % len(chosen))

    @admin.display(description=_("show"), ordering="show__title")
    def title(self, performance):
        return performance.show.title

    @admin.display(description=_("starts"), ordering="starts_at")
    def starts(self, performance):
        return performance.written_start

    @display(description=_("sale"), label=STATE_COLOURS)
    def state(self, performance):
        state = performance.sale_state()
        return state, state.label

    @admin.display(description=_("sale"))
    def sale(self, performance):
        return (performance.sale_state() if performance.pk else Performance.SaleState.DRAFT).label

    @admin.display(description=_("left"), ordering="places_left")
    def places(self, performance):
        if not _has_places(performance):
            return "–"
        return f"{performance.places_left} / {performance.places_total}"

    @admin.display(description=_("prices"))
    def prices(self, performance):
        if performance.price_from is None:
            return "–"
        ends = dict.fromkeys([performance.price_from, performance.price_to])
        return " – ".join(money(price, performance.currency) for price in ends)

    @admin.display(description=_("without a price"))
    def to_be_priced(self, performance):
        """The plan's categories that have no price yet; it cannot be put on sale with any."""
        if performance.pk is None:
            return "–"
        priced = {category.name for category in performance.price_categories.all()}
        wanted = [category["name"] for category in performance.plan.categories]
        return ", ".join(name for name in wanted if name not in priced) or "–"

    def _zone(self, request, object_id):
        venues = Venue.objects.all()
        chosen = request.POST.get("venue") or request.GET.get("venue") or ""
        if chosen.isdecimal():
            venue = venues.filter(pk=chosen).first()
        elif object_id and str(object_id).isdecimal():
            venue = venues.filter(performances=object_id).first()
        else:
            venue = None
        return venue.zone if venue else timezone.get_current_timezone()


def _has_places(performance):
    return performance is not None and performance.opened_at is not None
