"""Addresses that do not want letters of some kind."""

from concert.read_only_admin import ReadOnlyAdmin


class OptOutAdmin(ReadOnlyAdmin):
    list_display = ["email", "kind", "created_at"]
    list_filter = ["kind"]
    search_fields = ["email"]
