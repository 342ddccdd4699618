"""The transaction log: to be read and searched."""

from django.contrib.admin.views.main import ChangeList
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from core.admin.read_only import ReadOnlyAdmin
from core.money import money

from .actors import actor_names, actors_named


class NamedEntries(ChangeList):
    """A page of the log that knows the names of its actors."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        names = actor_names(entry.actor for entry in self.result_list)
        for entry in self.result_list:
            entry.actor_name = names[entry.actor]


class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "performance", "order", "quantity", "sum", "who", "why"]
    list_filter = ["kind", ("performance", AutocompleteSelectFilter), "at"]
    list_filter_submit = True
    list_select_related = ["performance__show", "performance__venue"]
    search_fields = ["order", "actor"]
    search_help_text = _("Order reference, or who of the staff")
    date_hierarchy = "at"
    list_per_page = 100
    fields = [
        *["performance", "kind", "hold", "order", "places", "amount", "currency"],
        *["who", "detail", "at"],
    ]

    def get_changelist(self, request, **kwargs):
        return NamedEntries

    def get_search_results(self, request, queryset, search_term):
        """The log is long: it is searched for whole words, which an index finds."""
        term = search_term.strip()
        if not term:
            return queryset, False
        by = [term, *actors_named(term)]
        return queryset.filter(Q(order=term.upper()) | Q(actor__in=by)), False

    @display(description=_("who"), ordering="actor")
    def who(self, entry):
        name = getattr(entry, "actor_name", None)
        return actor_names([entry.actor])[entry.actor] if name is None else name

    @display(description=_("places"))
    def quantity(self, entry):
        return len(entry.places) or ""

    @display(description=_("amount"), ordering="amount")
    def sum(self, entry):
        return "" if entry.amount is None else money(entry.amount, entry.currency)

    @display(description=_("reason"))
    def why(self, entry):
        return entry.detail.get("reason", "")
