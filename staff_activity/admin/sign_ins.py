"""Who came in, who was turned away, who left."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from core.admin.read_only import ReadOnlyAdmin
from staff_activity.models import SignIn

from .visible import WithoutAccounts

COLOURS = {"in": "success", "out": "info", "failed": "danger"}


class StaffFilter(admin.SimpleListFilter):
    title = _("of whom")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("staff", _("staff")), ("customers", _("customers")), ("nobody", _("unknown"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "nobody":
            return queryset.filter(user=None)
        if self.value() in ("staff", "customers"):
            return queryset.filter(user__is_staff=self.value() == "staff")
        return queryset


class SignInAdmin(WithoutAccounts, ReadOnlyAdmin):
    list_display = ["at", "state", "who", "why", "address", "browser"]
    filters_of_accounts: ClassVar[list[Any]] = [StaffFilter, ("user", AutocompleteSelectFilter)]
    list_filter = ["kind", *filters_of_accounts, "at"]
    list_filter_submit = True
    list_select_related = ["user"]
    search_fields = ["user__email", "typed", "address"]
    search_help_text = _("E-mail address, or where from")
    date_hierarchy = "at"
    fields = ["at", "kind", "user", "typed", "why", "address", "browser"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Of customers only for those who may see accounts; others see when staff came in."""
        rows: Any = super().get_queryset(request)
        return rows if request.user.has_perm("accounts.view_user") else rows.of_staff()

    @display(description=_("what"), ordering="kind", label=COLOURS)
    def state(self, log_in: SignIn) -> tuple[str, str]:
        return log_in.kind, log_in.get_kind_display()

    @display(description=_("who"), ordering="user__email")
    def who(self, log_in: SignIn) -> Any:
        return log_in.user or log_in.typed or "–"

    @display(description=_("reason"), ordering="reason")
    def why(self, log_in: SignIn) -> str:
        return log_in.get_reason_display() or "–"
