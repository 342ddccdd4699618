"""``{{ field|readonly_text }}``: a read-only value of the admin."""

from typing import Any

from django import template
from django.utils.text import capfirst

from core.admin.choices import choice_field

register = template.Library()


@register.filter
def readonly_text(field: Any) -> Any:
    """Return the contents of an `AdminReadonlyField`; a choice begins with a capital letter."""
    contents = field.contents()
    instance = field.form.instance
    is_choice = choice_field(type(instance), field.field["field"]) is not None
    return capfirst(contents) if is_choice and isinstance(contents, str) else contents
