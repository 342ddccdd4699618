"""The transaction log: to be read and searched."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from concert.money import money
from concert.read_only_admin import ReadOnlyAdmin


class EntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "performance", "order", "quantity", "sum", "actor", "why"]
    list_filter = ["kind", ("performance", AutocompleteSelectFilter), "at"]
    list_filter_submit = True
    list_select_related = ["performance__show", "performance__venue"]
    search_fields = ["order", "actor"]
    search_help_text = _("Order reference, or who: “staff:3”, “user:12”")
    date_hierarchy = "at"
    list_per_page = 100

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
