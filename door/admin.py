"""Check-ins in the admin, read-only: they are made and undone at the door."""

from django.contrib import admin

from core.admin.autocomplete import AutocompleteSelectFilter
from core.admin.bases import ReadOnlyAdmin
from core.name_search import NameSearchAdmin
from shows.admin.columns import performance_column

from .models import CheckIn


@admin.register(CheckIn)
class CheckInAdmin(NameSearchAdmin, ReadOnlyAdmin):
    list_display = [
        *["ticket", performance_column, "door", "by", "at", "received_at", "undone_at"],
    ]
    list_filter = [("performance", AutocompleteSelectFilter), "at"]
    list_filter_submit = True
    list_select_related = ["ticket", "performance__show", "performance__venue", "by"]
    search_fields = [
        "ticket__label",
        "ticket__holder",
        "ticket__order__name",
        "ticket__order__reference",
        "door",
    ]
    fields = ["ticket", "performance", "door", "by", "at", "received_at", "undone_at"]
