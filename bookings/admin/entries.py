"""The transaction log: to be read, searched, and taken away as CSV."""

import json

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from concert.money import money
from concert.read_only_admin import ReadOnlyAdmin
from concert.spreadsheets import spreadsheet

COLUMNS = [
    "id",
    "at",
    "kind",
    "performance",
    "hold",
    "order",
    "places",
    "amount",
    "currency",
    "actor",
    "detail",
]


class EntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "performance", "order", "quantity", "sum", "actor", "why"]
    list_filter = ["kind", ("performance", AutocompleteSelectFilter), "at"]
    list_filter_submit = True
    list_select_related = ["performance__show", "performance__venue"]
    search_fields = ["order", "actor"]
    search_help_text = _("Order reference, or who: “staff:3”, “user:12”")
    date_hierarchy = "at"
    list_per_page = 100
    actions_list = ["download"]

    def changelist_view(self, request, extra_context=None):
        """Give the download the filters of the list."""
        response = super().changelist_view(request, extra_context)
        for button in getattr(response, "context_data", {}).get("actions_list", []):
            button["path"] += f"?{request.GET.urlencode()}"
        return response

    def get_search_results(self, request, queryset, search_term):
        """The log is long: it is searched for whole words, which an index finds."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(Q(order=term.upper()) | Q(actor=term)), False

    @display(description=_("places"))
    def quantity(self, entry):
        return len(entry.places) or ""

    @display(description=_("amount"), ordering="amount")
    def sum(self, entry):
        return "" if entry.amount is None else money(entry.amount, entry.currency)

    @display(description=_("reason"))
    def why(self, entry):
        return entry.detail.get("reason", "")

    @action(description=_("Download CSV"), url_path="csv", icon="download", permissions=["view"])
    def download(self, request):
        """Send what the filters of the list leave, as CSV, line by line."""
        entries = self.get_changelist_instance(request).get_queryset(request)
        return spreadsheet(_rows(entries.order_by("pk")), name="transactions", file_format="csv")


def _rows(entries):
    yield COLUMNS
    for entry in entries.select_related(None).iterator(chunk_size=2000):
        yield _cells(entry)


def _cells(entry):
    return [
        entry.pk,
        entry.at,
        entry.kind,
        entry.performance_id,
        entry.hold,
        entry.order,
        " ".join(map(str, entry.places)),
        entry.amount,
        entry.currency,
        entry.actor,
        json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
    ]
