"""Autocomplete fields in the admin: they tolerate invalid keys and tell namesakes apart."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelMultipleChoiceField
from unfold.contrib.filters import admin as filters
from unfold.contrib.filters.forms import AutocompleteDropdownForm

from core.choice_labels import choice_label, with_namesakes


class AutocompletingAdmin:
    """Admin mixin: show the form with its error when the posted value is no valid key.

    Django's widgets would raise ValueError.
    """

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return _tolerant(super().formfield_for_foreignkey(db_field, request, **kwargs))  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return _tolerant(super().formfield_for_manytomany(db_field, request, **kwargs))  # type: ignore[misc]


class SearchedRows(AutocompleteJsonView):
    """The rows that are found while typing."""

    def get_queryset(self) -> QuerySet[Any]:
        return with_namesakes(super().get_queryset())

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return super().serialize_result(obj, to_field_name) | {"text": choice_label(obj)}


class SearchedRowsField(ModelMultipleChoiceField):
    """A form's field of its own, beside `SearchSelectMultiple`."""

    def label_from_instance(self, obj: Any) -> str:
        return choice_label(obj)


class _FilterForm(AutocompleteDropdownForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label_from_instance = choice_label


class AutocompleteSelectFilter(filters.AutocompleteSelectFilter):
    """The theme's filter by a row that is searched for."""

    form_class = _FilterForm


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
        field.label_from_instance = choice_label
        field.widget.__class__ = type(kind.__name__, (_Tolerant, kind), {})
    return field
