"""Choices of model fields in the admin: where they stand alone, they begin with a capital letter.

Their labels are in lower case, as within a sentence. So lists, filters, forms and read-only values
capitalise them here; tables and templates do so themselves.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.contrib import admin
from django.contrib.admin.filters import ChoicesFieldListFilter, FieldListFilter
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst


class CapitalChoicesFilter(ChoicesFieldListFilter):
    """The filter of a list by a field with choices."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield choice | {"display": capfirst(choice["display"])}


FieldListFilter.register(
    lambda field: bool(field.flatchoices), CapitalChoicesFilter, take_priority=True
)


class CapitalChoicesMixin:
    """Mixin of admin classes, inline or not."""

    opts: Any

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)  # type: ignore[misc]
        return [choice_column(self.opts.model, name) or name for name in columns]

    def formfield_for_choice_field(self, *args: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_choice_field(*args, **kwargs)  # type: ignore[misc]
        field.choices = _capitalised(field.choices)
        return field


@lru_cache(maxsize=1024)
def choice_column(model: type[models.Model], name: Any) -> Callable[[Any], str | None] | None:
    """Return what a list shows for a field with choices; None for any other column."""
    field = choice_field(model, name)
    if field is None:
        return None

    @admin.display(description=field.verbose_name, ordering=name)
    def column(row: Any) -> str | None:
        return capfirst(str(getattr(row, f"get_{name}_display")() or "")) or None

    column.__name__ = name  # The class of its cells.
    return column


def choice_field(model: type[models.Model], name: Any) -> Any:
    """Return the model's field of this name if it has choices, else None."""
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if getattr(field, "flatchoices", None) else None


def _capitalised(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [
        (value, _capitalised(label) if isinstance(label, list | tuple) else capfirst(label))
        for value, label in choices
    ]
