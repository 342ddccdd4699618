"""Admin of seats (places): their state, blocking and unblocking."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from bookings.models import Place
from bookings.sale.quotes import place_label
from bookings.staff_operations.blocking import block_places, unblock_places
from core.admin.autocomplete import AutocompleteSelectFilter
from core.admin.bases import ReadOnlyAdmin
from core.admin.confirmation import ReasonForm, actor_of, confirm, run_or_add_error, was_confirmed
from core.primary_keys import parse_key
from shows.models import Performance, PriceCategory
from venues.drawing import drawing_of
from venues.models import Section

COLOURS = {"available": "success", "held": "warning", "sold": "info", "blocked": "danger"}
CHOSEN = "performance__id__exact"


class PerformanceRowsFilter(admin.SimpleListFilter):
    """A filter with the choices of the selected performance."""

    parameter_name: str
    rows: Callable[..., QuerySet[Any]]

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.performance_id = parse_key(request.GET.get(CHOSEN))
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(row.pk), row.name) for row in self.rows(self.performance_id)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = parse_key(self.value())
        return queryset if chosen is None else queryset.filter(**{self.parameter_name: chosen})


class SectionFilter(PerformanceRowsFilter):
    title = _("section")
    parameter_name = "section"

    def rows(self, performance_id: int | None) -> QuerySet[Any]:
        return Section.objects.filter(plan__performances=performance_id).order_by("ordinal")


class CategoryFilter(PerformanceRowsFilter):
    title = _("price category")
    parameter_name = "price_category"

    def rows(self, performance_id: int | None) -> QuerySet[Any]:
        return PriceCategory.objects.filter(performance=performance_id)


class PlaceAdmin(ReadOnlyAdmin):
    list_display = ["label", "price_category", "current_state", "held_until", "hold"]
    list_filter = [
        ("performance", AutocompleteSelectFilter),
        SectionFilter,
        CategoryFilter,
        "state",
    ]
    list_filter_submit = True
    list_select_related = ["performance", "section", "seat", "price_category", "hold"]
    search_fields = ["=seat__row", "=seat__number", "section__name"]
    search_help_text = _("Section, row or seat number, such as “stalls F 12”")
    fields = ["performance", "label", "price_category", "how", "held_until", "hold"]
    ordering = ["pk"]
    actions = ["block", "unblock"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one performance: by default the next on sale, or else the last one."""
        is_undecided = request.method == "GET" and CHOSEN not in request.GET
        if is_undecided and self.has_view_permission(request):
            performances = Performance.objects.exclude(opened_at=None)
            soonest = Performance.objects.selling().order_by("starts_at").first()
            if shown := soonest or performances.order_by("-starts_at").first():
                query = request.GET.copy()
                query[CHOSEN] = str(shown.pk)
                return redirect(f"{request.path}?{query.urlencode()}")
        return super().changelist_view(request, extra_context)

    @display(description=_("seat"), ordering="pk")
    def label(self, place: Place) -> str:
        return place_label(place, drawing_of(place.performance.plan_id))

    @display(description=_("state"), ordering="state", label=COLOURS)
    def current_state(self, place: Place) -> tuple[str, Any]:
        state = _state_now(place)
        return state, state.label

    @display(description=_("state"))
    def how(self, place: Place) -> Any:
        return _state_now(place).label

    @admin.action(description=_("Block seats"), permissions=["act"])
    def block(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Block seats, with a reason."""
        return self._change(request, queryset, block_places, _("Block these seats?"), _("Block"))

    @admin.action(description=_("Unblock seats"), permissions=["act"])
    def unblock(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Unblock seats, with a reason."""
        return self._change(
            request, queryset, unblock_places, _("Unblock these seats?"), _("Unblock")
        )

    def _change(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        operation: Callable[..., Any],
        title: Any,
        button: Any,
    ) -> HttpResponse | None:
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            queryset = self._apply(request, queryset, operation, form)
            if not form.errors:
                return None
        return confirm(
            request,
            self,
            title=title,
            button=button,
            form=form,
            items=[self.label(place) for place in queryset],
            queryset=queryset,
        )

    def _apply(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        operation: Callable[..., Any],
        form: Any,
    ) -> QuerySet[Any]:
        """Change the seats by performance; return those for which it was refused."""
        count, refused = 0, []
        for performance, place_ids in _by_performance(queryset).items():
            done = run_or_add_error(
                operation,
                form=form,
                performance=performance,
                place_ids=place_ids,
                actor=actor_of(request),
                **form.cleaned_data,
            )
            if done is None:
                refused += place_ids
            else:
                count += len(done)
        if count:
            message = ngettext("%d seat changed.", "%d seats changed.", count)
            self.message_user(request, message % count, messages.SUCCESS)
        return queryset.filter(pk__in=refused)


def _state_now(place: Place) -> Place.State:
    """Return the state; a place whose basket has expired is available."""
    is_open = place.is_open(timezone.now())
    return Place.State.AVAILABLE if is_open else Place.State(place.state)


def _by_performance(places: Any) -> dict[Performance, list[int]]:
    chosen = defaultdict(list)
    for place in places:
        chosen[place.performance].append(place.pk)
    return chosen
