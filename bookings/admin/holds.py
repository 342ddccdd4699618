"""Baskets: what customers keep at this moment, and what became of earlier ones."""

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from bookings.sale.release import release_hold
from core.admin.confirmation import actor_of, confirm, was_confirmed
from core.admin.read_only import ReadOnlyAdmin

COLOURS = {
    "live": "success",
    "open": "info",
    "bought": "success",
    "released": "info",
    "lapsed": "info",
}


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("live", _("kept now")), ("bought", _("bought")), ("ended", _("ended"))]

    def queryset(self, request, queryset):
        chosen = self.value()
        return getattr(queryset, chosen)() if chosen in {"live", "bought", "ended"} else queryset


class HoldAdmin(ReadOnlyAdmin):
    list_display = ["pk", "performance", "who", "quantity", "state", "created_at", "expires_at"]
    list_filter = [StateFilter, ("performance", AutocompleteSelectFilter)]
    list_filter_submit = True
    list_select_related = ["performance__show", "performance__venue", "user"]
    secret_fields = ("token",)
    search_fields = ["visitor", "user__email", "order__reference"]
    search_help_text = _("Address of the account, order reference, or the visitor's name")
    view_on_site = False  # A basket is its customer's.
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

    def get_queryset(self, request):
        return super().get_queryset(request).with_quantity()

    @display(description=_("who"), ordering="visitor")
    def who(self, hold):
        return hold.user or hold.visitor

    @display(description=_("places"))
    def quantity(self, hold):
        return hold.quantity

    @display(description=_("state"), label=COLOURS)
    def state(self, hold):
        name = "live" if hold.is_live(timezone.now()) else hold.status
        return name, self.how(hold)

    @display(description=_("state"))
    def how(self, hold):
        if hold.is_live(timezone.now()):
            return _("kept now")
        return _("ended") if hold.is_open else hold.get_status_display()

    @admin.action(description=_("Put the places back on sale"), permissions=["act"])
    def release(self, request, queryset):
        """Take baskets away from their customers, after asking."""
        if not was_confirmed(request):
            return confirm(
                request,
                self,
                title=_("Take these baskets away?"),
                button=_("Put the places back on sale"),
                words=_("Their customers lose their places at once."),
                items=[f"{hold.performance} · {self.who(hold)}" for hold in queryset],
                queryset=queryset,
            )
        count = 0
        for hold in queryset:
            count += release_hold(hold=hold, actor=actor_of(request)).is_released
        words = ngettext("%d basket was released.", "%d baskets were released.", count)
        self.message_user(request, words % count, messages.SUCCESS)
        return None
