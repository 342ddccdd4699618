"""Admin of baskets, current and past."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from bookings.models import Hold
from bookings.sale.release import release_hold
from core.admin.autocomplete import AutocompleteSelectFilter
from core.admin.bases import ReadOnlyAdmin
from core.admin.confirmation import actor_of, confirm, irreversible, was_confirmed
from shows.admin.columns import performance_column

COLOURS = {
    "live": "success",
    "open": "info",
    "reserved": "warning",
    "bought": "success",
    "released": "info",
    "lapsed": "info",
}


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("live", _("reserved")), ("bought", _("bought")), ("ended", _("ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return getattr(queryset, chosen)() if chosen in {"live", "bought", "ended"} else queryset


class HoldAdmin(ReadOnlyAdmin):
    list_display = [
        *["pk", performance_column, "who", "quantity", "state", "created_at", "expires_at"],
    ]
    list_filter = [StateFilter, ("performance", AutocompleteSelectFilter)]
    list_filter_submit = True
    list_select_related = ["performance__show", "performance__venue", "user"]
    secret_fields = ("token",)
    search_fields = ["visitor", "user__email", "order__reference"]
    search_help_text = _("E-mail of the account, order reference or visitor ID")
    view_on_site = False  # Only its customer can open a basket.
    fields = [
        "performance",
        "how",
        "who",
        "quantity",
        "created_at",
        "expires_at",
        "extended_at",
    ]
    actions = ["release"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.with_quantity()

    @display(description=_("customer"), ordering="visitor")
    def who(self, hold: Hold) -> Any:
        return hold.user or hold.visitor

    @display(description=_("seats"))
    def quantity(self, hold: Hold) -> Any:
        return hold.quantity

    @display(description=_("state"), label=COLOURS)
    def state(self, hold: Hold) -> tuple[str, Any]:
        name = "live" if hold.is_live(timezone.now()) else hold.status
        return name, self.how(hold)

    @display(description=_("state"))
    def how(self, hold: Hold) -> Any:
        if hold.is_live(timezone.now()):
            return _("reserved")
        return _("ended") if hold.is_open else hold.get_status_display()

    @irreversible
    @admin.action(description=_("Release seats"), permissions=["act"])
    def release(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Release the seats of the selected baskets, after confirmation."""
        if not was_confirmed(request):
            return confirm(
                request,
                self,
                title=_("Release these baskets?"),
                button=_("Release seats"),
                text=_("Customers lose their reserved seats at once."),
                items=[f"{hold.performance} · {self.who(hold)}" for hold in queryset],
                queryset=queryset,
            )
        count = 0
        for hold in queryset:
            count += release_hold(hold=hold, actor=actor_of(request)).is_released
        message = ngettext("%d basket released.", "%d baskets released.", count)
        self.message_user(request, message % count, messages.SUCCESS)
        return None
