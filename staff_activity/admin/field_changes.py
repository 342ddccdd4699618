"""Field changes by staff: who, when, from which network address, old and new values."""

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
from core.admin.bases import ReadOnlyAdmin
from staff_activity.models import FieldChange

from .visible import AccountFilterMixin, KindFilter, format_time, type_name, visible_rows

ACTIONS = {
    FieldChange.Action.CREATE: ("added", _("added")),
    FieldChange.Action.UPDATE: ("changed", _("changed")),
    FieldChange.Action.DELETE: ("deleted", _("deleted")),
}
COLOURS = {"added": "success", "changed": "info", "deleted": "danger"}
MAX_FIELDS = 4


class FieldChangeAdmin(AccountFilterMixin, ReadOnlyAdmin):
    list_display = [
        "done_at",
        "actor_name",
        "action_label",
        "object_type",
        "object_name",
        "fields_changed",
        "network_address",
    ]
    account_filters: ClassVar[list[Any]] = [("actor", AutocompleteSelectFilter)]
    list_filter = ["action", KindFilter, *account_filters, "timestamp"]
    list_filter_submit = True
    list_select_related = ["actor", "content_type"]
    search_fields = ["object_repr", "actor_email", "actor__email", "changes"]
    search_help_text = _("Object, user, old or new value")
    date_hierarchy = "timestamp"
    fields = [
        *["done_at", "actor_name", "network_address", "action_text"],
        *["object_type", "object_link", "before_and_after"],
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible_rows(super().get_queryset(request), user=user_of(request), key="object_pk")

    @display(description=_("time"), ordering="timestamp")
    def done_at(self, change: FieldChange) -> str:
        return format_time(change.timestamp)

    @display(description=_("user"), ordering="actor__email")
    def actor_name(self, change: FieldChange) -> Any:
        return change.actor or change.actor_email or "–"

    @display(description=_("action"), ordering="action", label=COLOURS)
    def action_label(self, change: FieldChange) -> tuple[str, Any]:
        return ACTIONS.get(change.action, ("changed", change.get_action_display()))

    @display(description=_("action"))
    def action_text(self, change: FieldChange) -> Any:
        return self.action_label(change)[1]

    @display(description=_("object type"), ordering="content_type")
    def object_type(self, change: FieldChange) -> str:
        return type_name(change.content_type)

    @display(description=_("object"), ordering="object_repr")
    def object_name(self, change: FieldChange) -> str:
        return change.object_repr

    @display(description=_("network address"), ordering="remote_addr")
    def network_address(self, change: FieldChange) -> str | None:
        return change.remote_addr

    @display(description=_("fields"))
    def fields_changed(self, change: FieldChange) -> str:
        names = [_label(change, name) for name in change.changes or {}]
        more = len(names) - MAX_FIELDS
        return ", ".join(names[:MAX_FIELDS]) + (f" + {more}" if more > 0 else "")

    @display(description=_("object"))
    def object_link(self, change: FieldChange) -> str:
        """Return the object's name, linked if the object still exists and has a page."""
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
        if isinstance(values, dict):  # Items added to or removed from a many-to-many field.
            items = ", ".join(values.get("objects", []))
            is_added = values.get("operation") == "add"
            yield [_label(change, name), "" if is_added else items, items if is_added else ""]
        else:
            yield [_label(change, name), *(_value_text(change, name, value) for value in values)]


def _value_text(change, name, value):
    """Return a value as text: choices by their labels, None as nothing."""
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
