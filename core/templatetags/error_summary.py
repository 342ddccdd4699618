"""``{% error_summary form other_form %}``: all errors of a page's forms, above the form."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BaseForm, BoundField

register = template.Library()


@dataclass(frozen=True)
class FieldError:
    """An error to list in a summary. `field_id` is the id of the control that it links to."""

    text: str
    field_id: str = ""
    label: str = ""


@register.inclusion_tag("_error_summary.html")
def error_summary(*forms: BaseForm | None, errors: Iterable[FieldError] = ()) -> dict[str, Any]:
    """List the errors of the forms, each with a link to its field; nothing if there are none.

    `errors` are those of fields that no form has. The summary gets the focus when the page loads
    (by `autofocus`, and by focus.js where a browser ignores that).
    """
    found = [error for form in forms if form and form.is_bound for error in errors_of(form)]
    return {"errors": [*found, *errors]}


def errors_of(form: BaseForm) -> Iterator[FieldError]:
    """Return the form's errors: first those of no field, then field by field as they are shown.

    A field with an attribute `group`, such as the ticket of a question, is named with it.
    """
    for text in form.non_field_errors():
        yield FieldError(str(text))
    for field in form:
        for text in field.errors:
            if field.is_hidden:
                yield FieldError(str(text))
            else:
                yield FieldError(str(text), _control_id(field), _label(field))


def _control_id(field: BoundField) -> str:
    if field.id_for_label:
        return field.id_for_label
    # A group of radio buttons or boxes has no control of its own: link to the first.
    options = list(field.subwidgets)
    return options[0].id_for_label if options else ""


def _label(field: BoundField) -> str:
    label = str(field.label).rstrip(" .:?")
    group = getattr(field.field, "group", "")
    return f"{group}, {label}" if group else label
