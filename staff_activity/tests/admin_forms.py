"""Forms of the admin, and what their changes were recorded as."""

from django.db.models.fields.files import FieldFile

from staff_activity.models import FieldChange


def recorded():
    """Return the changes so far, oldest first: (model, fields)."""
    rows = FieldChange.objects.order_by("pk").select_related("content_type")
    return [(row.content_type.model, row.changes) for row in rows]


def form_of(page, **changes):
    form = page.context["adminform"].form
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    for formset in page.context["inline_admin_formsets"]:
        management = formset.formset.management_form
        prefix = management.prefix
        values |= {f"{prefix}-{name}": value for name, value in management.initial.items()}
    values = {**values, **changes}
    return {name: v for name, v in values.items() if v is not None and not isinstance(v, FieldFile)}
