"""Performances and their prices in the admin. `bookings.admin` adds the actions of the sale."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin.archiving import ArchivingAdmin
from core.admin.autocomplete import AutocompleteSelectFilter, AutocompletingAdmin
from core.admin.bases import ModelAdmin, TabularInline
from core.annotations import Text
from core.datetime_fields import ExactDateTimeField, ExactDateTimeWidget
from core.money import money
from core.primary_keys import parse_key
from shows.admin_forms import (
    PerformanceFeesFormSet,
    PerformanceForm,
    PriceCategoryForm,
    PriceCategoryFormSet,
)
from shows.catalogue_write import LOCKED_ON_SALE
from shows.copy_performance import SALES_SETTINGS, copy_performance
from shows.map_colors import PALETTE, UNKNOWN, color_of, map_colors
from shows.models import Performance, PerformanceFees, PriceCategory
from shows.search import index_show
from shows.terms import clear_cached_terms
from venues.models import Venue

from .concessions import TAX_FIELDS, ConcessionInline
from .performance_search import PerformanceSearch

STATE_COLOURS = {
    Performance.SaleState.ON_SALE: "success",
    Performance.SaleState.FEW_LEFT: "warning",
    Performance.SaleState.SOLD_OUT: "primary",
    Performance.SaleState.ANNOUNCED: "info",
    Performance.SaleState.CANCELLED: "danger",
}


class WhenFilter(admin.SimpleListFilter):
    title = _("date")
    parameter_name = "when"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Text]]:
        return [("upcoming", _("upcoming")), ("selling", _("on sale")), ("past", _("past"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Performance]:
        if self.value() == "upcoming":
            return queryset.upcoming()
        if self.value() == "selling":
            return queryset.selling()
        return queryset.past() if self.value() == "past" else queryset


class PriceCategoryInline(TabularInline):
    model = PriceCategory
    form = PriceCategoryForm
    formset = PriceCategoryFormSet
    fields = ["name", "price", "fee", *TAX_FIELDS, "map_color", "ordinal"]
    extra = 0

    def get_readonly_fields(
        self, request: HttpRequest, obj: Performance | None = None
    ) -> list[str]:
        """Lock the names once seats have been created for them; prices may still change."""
        return ["name", "map_color"] if _has_places(obj) else ["map_color"]

    def has_add_permission(self, request: HttpRequest, obj: Performance | None = None) -> bool:
        return super().has_add_permission(request, obj) and not _has_places(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Performance | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not _has_places(obj)

    @admin.display(description=_("map colour"))
    def map_color(self, category: PriceCategory) -> SafeString | str:
        """Show the colour on the seat map; from the ninth category on, with the pattern's number.

        It follows from the seating plan and cannot be edited here.
        """
        if not category.name:
            return "–"
        categories = category.performance.plan.categories
        pattern = map_colors(categories).get(category.name, UNKNOWN) // len(PALETTE)
        return format_html(
            '<svg width="16" height="16" aria-hidden="true" style="display:inline">'
            '<rect width="16" height="16" fill="{}"/></svg> {}',
            color_of(categories, category.name),
            gettext("pattern %d") % pattern if pattern else "",
        )


class PerformanceFeesInline(TabularInline):
    model = PerformanceFees
    formset = PerformanceFeesFormSet
    fields = ["channel", "ticket_fee", "order_fee", "order_fee_tax_rate"]
    extra = 0


class PerformanceAdmin(ArchivingAdmin, AutocompletingAdmin, PerformanceSearch, ModelAdmin):
    """Status and seats change by actions only; some fields are locked once seats exist."""

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
    autocomplete_fields = ["show", "venue", "plan"]
    inlines = [PriceCategoryInline, ConcessionInline, PerformanceFeesInline]
    actions = ["copy_a_week_later"]
    fieldsets = [
        (None, {"fields": ["show", "venue", "plan", "sale", "places", "to_be_priced"]}),
        (
            _("Dates & times"),
            {
                "fields": ["starts_at", "doors_at", "on_sale_from", "on_sale_until"],
                "description": _("Venue local time"),
            },
        ),
        (
            _("Sales settings"),
            {
                "fields": [
                    *SALES_SETTINGS,
                    "accessible_released",
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Performance]:
        rows: Any = super().get_queryset(request)
        return rows.with_price_range()

    def get_readonly_fields(
        self, request: HttpRequest, obj: Performance | None = None
    ) -> list[str]:
        shown = ["sale", "places", "to_be_priced"]
        return [*shown, *LOCKED_ON_SALE] if _has_places(obj) else shown

    def after_removal(self, performance: Performance) -> None:
        index_show(performance.show)
        clear_cached_terms(performance.pk)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show and read times in the local time of the venue, also of the one just selected."""
        with timezone.override(self._zone(request, object_id)):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            return response.render() if hasattr(response, "render") else response

    def response_add(
        self, request: HttpRequest, obj: Performance, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the prices if there are none yet."""
        if obj.price_categories.exists():
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, _("Draft saved. Now enter the price of each category."))
        return redirect("admin:shows_performance_change", obj.pk)

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Iterable[BaseFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        index_show(form.instance.show)
        clear_cached_terms(form.instance.pk)

    @admin.action(description=_("Copy to one week later"), permissions=["add"])
    def copy_a_week_later(self, request: HttpRequest, queryset: QuerySet[Performance]) -> None:
        chosen = queryset.order_by("starts_at")
        for performance in chosen:
            copy = copy_performance(performance=performance, days=7)
            self.log_addition(request, copy, _("Copied."))
        message = ngettext(
            "%d draft created, one week later at the same time.",
            "%d drafts created, one week later at the same time.",
            len(chosen),
        )
        messages.success(request, message % len(chosen))

    @admin.display(description=_("show"), ordering="show__title")
    def title(self, performance: Performance) -> str:
        return performance.show.title

    @admin.display(description=_("starts"), ordering="starts_at")
    def starts(self, performance: Performance) -> str:
        return performance.formatted_start

    @display(description=_("sale"), label=STATE_COLOURS)
    def state(self, performance: Performance) -> tuple[str, Text]:
        state = performance.sale_state()
        return state, state.label

    @admin.display(description=_("sale"))
    def sale(self, performance: Performance) -> str:
        state = performance.sale_state() if performance.pk else Performance.SaleState.DRAFT
        return capfirst(str(state.label))

    @admin.display(description=_("available"), ordering="places_left")
    def places(self, performance: Performance) -> str:
        if not _has_places(performance):
            return "–"
        return f"{performance.places_left} / {performance.places_total}"

    @admin.display(description=_("prices"))
    def prices(self, performance: Performance) -> str:
        ends = dict.fromkeys([performance.price_from, performance.price_to])
        prices = [money(price, performance.currency) for price in ends if price is not None]
        return " – ".join(prices) or "–"

    @admin.display(description=_("missing prices"))
    def to_be_priced(self, performance: Performance) -> str:
        """List the plan's categories without a price, which prevent putting it on sale."""
        if not performance.pk:
            return "–"
        priced = {category.name for category in performance.price_categories.all()}
        wanted = [category["name"] for category in performance.plan.categories]
        return ", ".join(name for name in wanted if name not in priced) or "–"

    def _zone(self, request: HttpRequest, object_id: str | None) -> tzinfo:
        venues = Venue.objects.all()
        chosen = parse_key(request.POST.get("venue") or request.GET.get("venue"))
        performance = parse_key(object_id)
        if chosen is not None:
            venue = venues.filter(pk=chosen).first()
        elif performance is not None:
            venue = venues.filter(performances=performance).first()
        else:
            venue = None
        return venue.zone if venue else timezone.get_current_timezone()


def _has_places(performance):
    return performance is not None and performance.opened_at is not None
