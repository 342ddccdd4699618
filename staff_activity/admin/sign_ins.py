"""Sign-ins, failed sign-ins and sign-outs."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from core.admin.bases import ReadOnlyAdmin
from staff_activity.models import SignIn

from .visible import AccountFilterMixin

COLOURS = {"in": "success", "out": "info", "failed": "danger"}


class StaffFilter(admin.SimpleListFilter):
    title = _("account type")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("staff", _("staff")), ("customers", _("customers")), ("nobody", _("unknown"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "nobody":
            return queryset.filter(user=None)
        if self.value() in ("staff", "customers"):
            return queryset.filter(user__is_staff=self.value() == "staff")
        return queryset


class SignInAdmin(AccountFilterMixin, ReadOnlyAdmin):
    list_display = ["at", "state", "actor_name", "why", "address", "browser"]
    account_filters: ClassVar[list[Any]] = [StaffFilter, ("user", AutocompleteSelectFilter)]
    list_filter = ["kind", *account_filters, "at"]
    list_filter_submit = True
    list_select_related = ["user"]
    search_fields = ["user__email", "typed", "address"]
    search_help_text = _("E-mail or network address")
    date_hierarchy = "at"
    fields = ["at", "kind", "user", "typed", "why", "address", "browser"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show customers only to users who may view accounts; others see sign-ins of staff."""
        rows: Any = super().get_queryset(request)
        return rows if request.user.has_perm("accounts.view_user") else rows.of_staff()

    @display(description=_("action"), ordering="kind", label=COLOURS)
    def state(self, sign_in: SignIn) -> tuple[str, str]:
        return sign_in.kind, sign_in.get_kind_display()

    @display(description=_("user"), ordering="user__email")
    def actor_name(self, sign_in: SignIn) -> Any:
        return sign_in.user or sign_in.typed or "–"

    @display(description=_("reason"), ordering="reason")
    def why(self, sign_in: SignIn) -> str:
        return capfirst(sign_in.get_reason_display()) or "–"
