"""Inline tables of the admin."""

from typing import Any

from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from unfold.admin import TabularInline as UnfoldTabularInline


class TabularInline(UnfoldTabularInline):
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
