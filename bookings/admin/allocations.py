"""Admin of guest holds. New ones are made on the seat map."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from bookings.models import Allocation
from bookings.sale.quotes import place_label
from bookings.staff_operations.allocations import release_allocation
from core.admin.autocomplete import AutocompleteSelectFilter
from core.admin.bases import ReadOnlyAdmin
from core.admin.confirmation import ReasonForm, actor_of, confirm, irreversible, was_confirmed
from core.name_search import NameSearchAdmin
from shows.admin.columns import performance_column
from venues.drawing import drawing_of

from .counter.selecting import PERMISSION, sell_url


class AllocationAdmin(NameSearchAdmin, ReadOnlyAdmin):
    list_display = ["name", performance_column, "quantity", "release_at", "released_at"]
    list_filter = [("performance", AutocompleteSelectFilter)]
    list_filter_submit = True
    list_select_related = ["performance__show", "performance__venue"]
    search_fields = ["name"]
    fields = ["name", "performance", "release_at", "released_at", "created_at", "seats"]
    actions = ["release"]
    actions_detail = ["sell"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(quantity=Count("places"))

    @display(description=_("seats"), ordering="quantity")
    def quantity(self, allocation: Any) -> int:
        return allocation.quantity

    @display(description=_("seats"))
    def seats(self, allocation: Allocation) -> str:
        drawing = drawing_of(allocation.performance.plan_id)
        rows = allocation.places.select_related("place").order_by("place_id")
        return "; ".join(place_label(row.place, drawing) for row in rows) or "–"

    @action(
        description=_("Sell seats"), url_path="sell", icon="point_of_sale", permissions=["sell"]
    )
    def sell(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Sell the seats of the guest hold, which are on the map of the sale."""
        allocation = self.get_object(request, object_id)
        if allocation is None:
            raise Http404
        first = allocation.places.select_related("place__section").order_by("place").first()
        section = f"?section={first.place.section.slug}" if first else ""
        return redirect(f"{sell_url(allocation.performance_id)}{section}")

    def has_sell_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm(PERMISSION)

    @irreversible
    @admin.action(description=_("Release to public sale"), permissions=["act"])
    def release(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Put the remaining seats of the selected guest holds back on sale."""
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if not was_confirmed(request) or not form.is_valid():
            return confirm(
                request,
                self,
                title=_("Release these guest holds?"),
                button=_("Release seats"),
                form=form,
                items=[f"{one.name}: {one.quantity}" for one in queryset],
                queryset=queryset,
            )
        count = 0
        for allocation in Allocation.objects.filter(pk__in=[one.pk for one in queryset]):
            reason = form.cleaned_data["reason"]
            count += release_allocation(
                allocation=allocation, actor=actor_of(request), reason=reason
            )
        message = ngettext("%d seat released.", "%d seats released.", count)
        messages.success(request, message % count)
        return None
