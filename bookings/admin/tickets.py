"""Admin of tickets."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.requests import user_of
from bookings.access import may_see_contacts
from bookings.models import Order, Ticket
from core.admin.autocomplete import AutocompleteSelectFilter
from core.admin.bases import ReadOnlyAdmin
from core.money import money
from core.name_search import NameSearchAdmin, name_matches
from shows.admin.columns import performance_column

COLOURS = {"valid": "success", "cancelled": "danger"}


class TicketAdmin(NameSearchAdmin, ReadOnlyAdmin):
    list_display = ["label", performance_column, "holder", "order", "category", "sum", "state"]
    list_filter = ["status", ("performance", AutocompleteSelectFilter), "created_at"]
    list_filter_submit = True
    list_select_related = ["order", "performance__show", "performance__venue"]
    search_fields = ["label"]  # See `get_search_results`.
    search_help_text = _("Seat, ticket holder, customer, e-mail address or order reference")
    # The secret makes a ticket valid, so staff cannot see it either.
    secret_fields = ("secret",)
    fields = [
        "label",
        "status",
        "order",
        "performance",
        "holder",
        "category",
        "concession",
        "price",
        "fee",
        "tax_rate",
        "fee_tax_rate",
        "tax_exemption",
        "version",
        "created_at",
        "cancelled_at",
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search e-mail addresses only for staff who can see them: they could be guessed."""
        conditions = [
            _has_word(word, by_address=may_see_contacts(user_of(request)))
            for word in search_term.split()[: self.max_words]
        ]
        return queryset.filter(*conditions), False

    @display(description=_("price"), ordering="price")
    def sum(self, ticket: Ticket) -> str:
        return money(ticket.price, ticket.order.currency)

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, ticket: Ticket) -> tuple[str, Any]:
        return ticket.status, ticket.get_status_display()


def _has_word(word: str, *, by_address: bool) -> Q:
    """Return the condition that a ticket or its order contains the word. Uses indexes."""
    holders = Ticket.objects.exclude(holder="").filter(name_matches(word, "holder"))
    customers = Order.objects.filter(name_matches(word, "name", "email"))
    if not by_address:  # Of the rows that the index finds, keep those that match by name.
        customers = customers.filter(name_matches(word, "name"))
    return (
        Q(pk__in=holders.values("pk"))
        | Q(order__in=customers.values("pk"))
        | Q(order__reference__iexact=word)
        | Q(label__icontains=word)
    )
