"""Changes of fields: who, when, from where, and from what to what."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from accounts.requests import user_of
from bookings.admin.tables import table
from core.admin.read_only import ReadOnlyAdmin
from staff_activity.admin.visible import KindFilter, name_of, told
from staff_activity.models import FieldChange

from .visible import WithoutAccounts, visible_lines

ACTIONS = {
    FieldChange.Action.CREATE: ("made", _("made")),
    FieldChange.Action.UPDATE: ("changed", _("changed")),
    FieldChange.Action.DELETE: ("deleted", _("deleted")),
}
COLOURS = {"made": "success", "changed": "info", "deleted": "danger"}
FIELDS_TOLD = 4


class FieldChangeAdmin(WithoutAccounts, ReadOnlyAdmin):
    list_display = [
        "when",
        "who",
        "did",
        "kind",
        "which",
        "fields_changed",
        "from_where",
    ]
    filters_of_accounts: ClassVar[list[Any]] = [("actor", AutocompleteSelectFilter)]
    list_filter = ["action", KindFilter, *filters_of_accounts, "timestamp"]
    list_filter_submit = True
    list_select_related = ["actor", "content_type"]
    search_fields = ["object_repr", "actor_email", "actor__email", "changes"]
    search_help_text = _("What was changed, who did it, or an old or new value")
    date_hierarchy = "timestamp"
    fields = ["when", "who", "from_where", "in_words", "kind", "thing", "before_and_after"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible_lines(super().get_queryset(request), user=user_of(request), key="object_pk")

    @display(description=_("when"), ordering="timestamp")
    def when(self, change: FieldChange) -> str:
        return told(change.timestamp)

    @display(description=_("who"), ordering="actor__email")
    def who(self, change: FieldChange) -> Any:
        return change.actor or change.actor_email or "–"

    @display(description=_("what"), ordering="action", label=COLOURS)
    def did(self, change: FieldChange) -> tuple[str, Any]:
        return ACTIONS.get(change.action, ("changed", change.get_action_display()))

    @display(description=_("what"))
    def in_words(self, change: FieldChange) -> Any:
        return self.did(change)[1]

    @display(description=_("of what"), ordering="content_type")
    def kind(self, change: FieldChange) -> str:
        return name_of(change.content_type)

    @display(description=_("of which one"), ordering="object_repr")
    def which(self, change: FieldChange) -> str:
        return change.object_repr

    @display(description=_("from"), ordering="remote_addr")
    def from_where(self, change: FieldChange) -> str | None:
        return change.remote_addr

    @display(description=_("fields"))
    def fields_changed(self, change: FieldChange) -> str:
        names = [_label(change, name) for name in change.changes or {}]
        more = len(names) - FIELDS_TOLD
        return ", ".join(names[:FIELDS_TOLD]) + (f" + {more}" if more > 0 else "")

    @display(description=_("of which one"))
    def thing(self, change: FieldChange) -> str:
        """With a link, while it is there and has a page."""
        model = change.content_type.model_class()
        name = model and f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        try:
            url = reverse(name, args=[change.object_pk]) if name else ""
        except NoReverseMatch:
            url = ""
        if not url or change.action == FieldChange.Action.DELETE:
            return change.object_repr
        return format_html('<a class="text-link" href="{}">{}</a>', url, change.object_repr)

    @display(description=_("changes"))
    def before_and_after(self, change: FieldChange) -> str:
        return table([_("field"), _("before"), _("after")], list(_rows(change)))


def _rows(change):
    for name, values in (change.changes or {}).items():
        if isinstance(values, dict):  # Of a list: what was added to it, or taken away.
            told = ", ".join(values.get("objects", []))
            is_added = values.get("operation") == "add"
            yield [_label(change, name), "" if is_added else told, told if is_added else ""]
        else:
            yield [_label(change, name), *(_told(change, name, value) for value in values)]


def _told(change, name, value):
    """A value in words: chosen ones by their names, nothing as nothing."""
    if value in (None, "None"):
        return ""
    choices = dict(getattr(_field(change, name), "flatchoices", None) or [])
    if value in ("True", "False"):
        return gettext("yes") if value == "True" else gettext("no")
    return str(choices.get(value, value))


def _label(change, name):
    return str(getattr(_field(change, name), "verbose_name", name))


def _field(change, name):
    model = change.content_type.model_class()
    names = {field.name: field for field in model._meta.get_fields()} if model else {}
    return names.get(name)
