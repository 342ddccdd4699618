"""The places of a performance: which are free, held, sold or blocked, and blocking them."""

from collections import defaultdict

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from bookings.models import Place
from bookings.sale.quotes import place_label
from bookings.staff_operations.blocking import block_places, unblock_places
from core.admin.confirmation import ReasonForm, actor_of, confirm, was_confirmed
from core.admin.read_only import ReadOnlyAdmin
from shows.models import Performance, PriceCategory
from venues.drawing import drawing_of
from venues.models import Section

from .errors import run_or_add_error

COLOURS = {"available": "success", "held": "warning", "sold": "info", "blocked": "danger"}
CHOSEN = "performance__id__exact"


class OfPerformanceFilter(admin.SimpleListFilter):
    """A filter whose choices are those of the performance that is looked at."""

    def __init__(self, request, params, model, model_admin):
        self.performance_id = _number(request.GET.get(CHOSEN))
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [(str(row.pk), row.name) for row in self.rows(self.performance_id)]

    def queryset(self, request, queryset):
        chosen = _number(self.value())
        return queryset if chosen is None else queryset.filter(**{self.parameter_name: chosen})


class SectionFilter(OfPerformanceFilter):
    title = _("section")
    parameter_name = "section"

    def rows(self, performance_id):
        return Section.objects.filter(plan__performances=performance_id).order_by("ordinal")


class CategoryFilter(OfPerformanceFilter):
    title = _("price category")
    parameter_name = "price_category"

    def rows(self, performance_id):
        return PriceCategory.objects.filter(performance=performance_id)


class PlaceAdmin(ReadOnlyAdmin):
    list_display = ["label", "price_category", "standing", "held_until", "hold"]
    list_filter = [
        ("performance", AutocompleteSelectFilter),
        SectionFilter,
        CategoryFilter,
        "state",
    ]
    list_filter_submit = True
    list_select_related = ["performance", "section", "seat", "price_category", "hold"]
    search_fields = ["=seat__row", "=seat__number", "section__name"]
    search_help_text = _("Section, row or number, such as “stalls F 12”")
    fields = ["performance", "label", "price_category", "how", "held_until", "hold"]
    ordering = ["pk"]
    list_per_page = 200
    actions = ["block", "unblock"]

    def changelist_view(self, request, extra_context=None):
        """One performance at a time: unless one is chosen, the next on sale, or else the last."""
        is_undecided = request.method == "GET" and CHOSEN not in request.GET
        if is_undecided and self.has_view_permission(request):
            performances = Performance.objects.exclude(opened_at=None)
            soonest = Performance.objects.selling().order_by("starts_at").first()
            if shown := soonest or performances.order_by("-starts_at").first():
                query = request.GET.copy()
                query[CHOSEN] = shown.pk
                return redirect(f"{request.path}?{query.urlencode()}")
        return super().changelist_view(request, extra_context)

    @display(description=_("place"), ordering="pk")
    def label(self, place):
        return place_label(place, drawing_of(place.performance.plan_id))

    @display(description=_("state"), ordering="state", label=COLOURS)
    def standing(self, place):
        state = _state_now(place)
        return state, state.label

    @display(description=_("state"))
    def how(self, place):
        return _state_now(place).label

    @admin.action(description=_("Block: take off sale"), permissions=["act"])
    def block(self, request, queryset):
        """Take places off sale for the house, with a reason."""
        return self._change(request, queryset, block_places, _("Block these places?"), _("Block"))

    @admin.action(description=_("Unblock: put back on sale"), permissions=["act"])
    def unblock(self, request, queryset):
        """Put blocked places back on sale, with a reason."""
        return self._change(
            request, queryset, unblock_places, _("Put these places back on sale?"), _("Unblock")
        )

    def _change(self, request, queryset, operation, title, button):
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            queryset = self._do(request, queryset, operation, form)
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

    def _do(self, request, queryset, operation, form):
        """Change the places, performance by performance; return those of which it was refused."""
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
            words = ngettext("%d place was changed.", "%d places were changed.", count)
            self.message_user(request, words % count, messages.SUCCESS)
        return queryset.filter(pk__in=refused)


def _state_now(place):
    """A place whose basket has lapsed is available, whether or not anybody has swept it."""
    is_open = place.is_open(timezone.now())
    return Place.State.AVAILABLE if is_open else Place.State(place.state)


def _by_performance(places):
    chosen = defaultdict(list)
    for place in places:
        chosen[place.performance].append(place.pk)
    return chosen


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
