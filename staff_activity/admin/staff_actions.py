"""What staff did in the admin: each button and each form, in its own words."""

from typing import Any, ClassVar

from django.contrib.admin.models import ADDITION, CHANGE, DELETION
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from accounts.requests import user_of
from core.admin.read_only import ReadOnlyAdmin
from staff_activity.admin.visible import KindFilter, name_of, told
from staff_activity.models import StaffAction

from .visible import WithoutAccounts, visible_lines

ACTIONS = {
    ADDITION: ("made", _("made")),
    CHANGE: ("changed", _("changed")),
    DELETION: ("deleted", _("deleted")),
}
COLOURS = {"made": "success", "changed": "info", "deleted": "danger"}


class StaffActionAdmin(WithoutAccounts, ReadOnlyAdmin):
    list_display = ["when", "who", "did", "kind", "which", "words"]
    filters_of_accounts: ClassVar[list[Any]] = [("user", AutocompleteSelectFilter)]
    list_filter = ["action_flag", KindFilter, *filters_of_accounts, "action_time"]
    list_filter_submit = True
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "user__email", "change_message"]
    search_help_text = _("What it was done to, who did it, or a word of what was done")
    date_hierarchy = "action_time"
    fields = ["when", "who", "action", "kind", "which", "words"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible_lines(super().get_queryset(request), user=user_of(request), key="object_id")

    @display(description=_("when"), ordering="action_time")
    def when(self, step: StaffAction) -> str:
        return told(step.action_time)

    @display(description=_("who"), ordering="user__email")
    def who(self, step: StaffAction) -> Any:
        return step.user

    @display(description=_("what"), ordering="action_flag", label=COLOURS)
    def did(self, step: StaffAction) -> tuple[str, Any]:
        return ACTIONS.get(step.action_flag, ("changed", step.get_action_flag_display()))

    @display(description=_("what"))
    def action(self, step: StaffAction) -> Any:
        return self.did(step)[1]

    @display(description=_("of which one"), ordering="object_repr")
    def which(self, step: StaffAction) -> str:
        return step.object_repr

    @display(description=_("of what"), ordering="content_type")
    def kind(self, step: StaffAction) -> str:
        return name_of(step.content_type)

    @display(description=_("in words"))
    def words(self, step: StaffAction) -> str:
        return step.get_change_message()
