"""Autocomplete fields in the admin that tolerate invalid keys."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError


class AutocompletingAdmin:
    """Admin mixin: show the form with its error when the posted value is no valid key.

    Django's widgets would raise ValueError.
    """

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return _tolerant(super().formfield_for_foreignkey(db_field, request, **kwargs))  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return _tolerant(super().formfield_for_manytomany(db_field, request, **kwargs))  # type: ignore[misc]


class _Tolerant:
    """Widget mixin that ignores invalid keys."""

    def optgroups(self, name, value, attrs=None):
        key = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [one for one in value if _is_valid_key(key, one)], attrs)


class SearchSelectMultiple(_Tolerant, AutocompleteSelectMultiple):
    """The widget of a form's field of its own: it searches what the model's field leads to."""

    def __init__(self, db_field: Any) -> None:
        super().__init__(db_field, admin.site)


def _is_valid_key(key, value):
    try:
        key.to_python(value)
    except ValidationError:
        return False
    return True


def _tolerant(field):
    kind = type(field.widget) if field is not None else None
    if kind and issubclass(kind, AutocompleteMixin) and not issubclass(kind, _Tolerant):
        field.widget.__class__ = type(kind.__name__, (_Tolerant, kind), {})
    return field
