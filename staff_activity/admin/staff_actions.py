"""Actions of staff in the admin, as described by Django's admin log."""

from typing import Any, ClassVar

from django.contrib.admin.models import ADDITION, CHANGE, DELETION
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from accounts.requests import user_of
from core.admin.bases import ReadOnlyAdmin
from staff_activity.models import StaffAction

from .visible import AccountFilterMixin, KindFilter, format_time, type_name, visible_rows

ACTIONS = {
    ADDITION: ("added", _("added")),
    CHANGE: ("changed", _("changed")),
    DELETION: ("deleted", _("deleted")),
}
COLOURS = {"added": "success", "changed": "info", "deleted": "danger"}


class StaffActionAdmin(AccountFilterMixin, ReadOnlyAdmin):
    list_display = [
        "done_at",
        "actor_name",
        "action_label",
        "object_type",
        "object_name",
        "description",
    ]
    account_filters: ClassVar[list[Any]] = [("user", AutocompleteSelectFilter)]
    list_filter = ["action_flag", KindFilter, *account_filters, "action_time"]
    list_filter_submit = True
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "user__email", "change_message"]
    search_help_text = _("Object, user or description")
    date_hierarchy = "action_time"
    fields = ["done_at", "actor_name", "action", "object_type", "object_name", "description"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible_rows(super().get_queryset(request), user=user_of(request), key="object_id")

    @display(description=_("time"), ordering="action_time")
    def done_at(self, staff_action: StaffAction) -> str:
        return format_time(staff_action.action_time)

    @display(description=_("user"), ordering="user__email")
    def actor_name(self, staff_action: StaffAction) -> Any:
        return staff_action.user

    @display(description=_("action"), ordering="action_flag", label=COLOURS)
    def action_label(self, staff_action: StaffAction) -> tuple[str, Any]:
        return ACTIONS.get(
            staff_action.action_flag, ("changed", staff_action.get_action_flag_display())
        )

    @display(description=_("action"))
    def action(self, staff_action: StaffAction) -> Any:
        return self.action_label(staff_action)[1]

    @display(description=_("object"), ordering="object_repr")
    def object_name(self, staff_action: StaffAction) -> str:
        return staff_action.object_repr

    @display(description=_("object type"), ordering="content_type")
    def object_type(self, staff_action: StaffAction) -> str:
        return type_name(staff_action.content_type)

    @display(description=_("description"))
    def description(self, staff_action: StaffAction) -> str:
        return staff_action.get_change_message()
