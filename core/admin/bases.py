"""Base classes of the admin: secret fields, action menus, read-only rows, inline tables."""

from typing import Any

from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.db.models.constants import LOOKUP_SEP
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.admin import TabularInline as UnfoldTabularInline

from .choices import CapitalChoicesMixin
from .confirmation import IRREVERSIBLE, is_irreversible


class SecretFieldsAdmin(DjangoModelAdmin):
    """Refuse to filter lists by secret fields.

    Django allows filters by any field of the model in the URL (`?key__startswith=a`), displayed or
    not: a secret could be guessed character by character.
    """

    secret_fields: tuple[str, ...] = ()

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        if not set(lookup.split(LOOKUP_SEP)).isdisjoint(self.secret_fields):
            return False
        return super().lookup_allowed(lookup, value, request)


class ModelAdmin(CapitalChoicesMixin, UnfoldModelAdmin):
    """The theme's, which shows actions that cannot be undone apart, after all others.

    That is so among the buttons of a page, in its menus, and among the actions of a list.
    """

    def _get_actions_navigation(self, *args: Any, **kwargs: Any) -> list[Any]:
        navigation: list[Any] = super()._get_actions_navigation(*args, **kwargs)
        for entry in navigation:
            if "items" in entry:
                entry["items"].sort(key=_is_irreversible)
        return sorted(navigation, key=_is_irreversible)

    def get_action_choices(self, request: HttpRequest, *args: Any) -> list[Any]:
        choices: list[Any] = super().get_action_choices(request, *args)
        actions = self.get_actions(request)
        apart = {name for name in actions if is_irreversible(actions[name][0])}
        if not apart:
            return choices
        return [
            *[choice for choice in choices if choice[0] not in apart],
            (_("Cannot be undone"), [choice for choice in choices if choice[0] in apart]),
        ]


class ReadOnlyAdmin(SecretFieldsAdmin, ModelAdmin):
    """Rows are created and changed by operations of the app, never in a form.

    Actions declare `permissions=["act"]`, which requires the model's change permission.
    """

    list_per_page = 50
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields or [field.name for field in self.opts.fields if field.name != "id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        permission = f"{self.opts.app_label}.change_{self.opts.model_name}"
        return bool(request.user.has_perm(permission))


class TabularInline(CapitalChoicesMixin, UnfoldTabularInline):
    """A table whose fields have accessible names: the column headings are not connected to them."""

    def get_formset(
        self, request: HttpRequest, obj: Any = None, **kwargs: Any
    ) -> type[BaseInlineFormSet]:
        formset: type[BaseInlineFormSet] = super().get_formset(request, obj, **kwargs)
        for field in formset.form.base_fields.values():
            # The widgets of related rows wrap the one that is drawn.
            widget: Any = getattr(field.widget, "widget", field.widget)
            if field.label and not widget.is_hidden:
                widget.attrs.setdefault("aria-label", field.label)
        return formset


def _is_irreversible(entry: dict[str, Any]) -> bool:
    return entry.get("attrs") == IRREVERSIBLE
