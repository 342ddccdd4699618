"""Addresses that do not want letters of some kind."""

from core.admin.read_only import ReadOnlyAdmin


class OptOutAdmin(ReadOnlyAdmin):
    list_display = ["email", "kind", "created_at"]
    list_filter = ["kind"]
    search_fields = ["email"]
