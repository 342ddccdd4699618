"""Admin of the transaction log."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from bookings.models import LedgerEntry
from core.admin.autocomplete import AutocompleteSelectFilter
from core.admin.bases import ReadOnlyAdmin
from core.money import money
from shows.admin.columns import performance_column

from .actors import ActorsAdmin, actors_named
from .insights import InsightPages


class LedgerEntryAdmin(InsightPages, ActorsAdmin, ReadOnlyAdmin):
    list_display = [
        *["at", "kind", performance_column, "order", "quantity", "sum", "who", "why"],
    ]
    list_filter = ["kind", ("performance", AutocompleteSelectFilter), "at"]
    list_filter_submit = True
    list_select_related = ["performance__show", "performance__venue"]
    search_fields = ["order", "actor"]
    search_help_text = _("Order reference or staff member")
    date_hierarchy = "at"
    fields = [
        *["performance", "kind", "hold", "order", "places", "amount", "currency"],
        *["who", "detail", "at"],
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search for whole values only, which an index finds: the log is long."""
        term = search_term.strip()
        if not term:
            return queryset, False
        by = [term, *actors_named(term)]
        return queryset.filter(Q(order=term.upper()) | Q(actor__in=by)), False

    @display(description=_("by"), ordering="actor")
    def who(self, entry: LedgerEntry) -> str:
        return self.actor_name(entry)

    @display(description=_("seats"))
    def quantity(self, entry: LedgerEntry) -> Any:
        return len(entry.places) or ""

    @display(description=_("amount"), ordering="amount")
    def sum(self, entry: LedgerEntry) -> str:
        return "" if entry.amount is None else money(entry.amount, entry.currency)

    @display(description=_("reason"))
    def why(self, entry: LedgerEntry) -> str:
        return entry.detail.get("reason", "")
