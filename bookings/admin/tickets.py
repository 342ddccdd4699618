"""Tickets, to be found and read."""

from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from concert.money import money
from concert.read_only_admin import ReadOnlyAdmin

COLOURS = {"valid": "success", "cancelled": "danger"}


class TicketAdmin(ReadOnlyAdmin):
    list_display = ["label", "performance", "holder", "order", "category", "sum", "state"]
    list_filter = ["status", ("performance", AutocompleteSelectFilter), "created_at"]
    list_filter_submit = True
    list_select_related = ["order", "performance__show", "performance__venue"]
    search_fields = ["label", "holder", "order__reference", "order__email"]
    search_help_text = _("Place, holder, order reference or address")
    # The secret is what opens the door; not even staff read it here.
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
        "version",
        "created_at",
        "cancelled_at",
    ]

    @display(description=_("price"), ordering="price")
    def sum(self, ticket):
        return money(ticket.price, ticket.order.currency)

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, ticket):
        return ticket.status, ticket.get_status_display()
