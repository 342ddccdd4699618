"""Choosing by typing in the admin, where what is sent may name nothing at all."""

from django.contrib.admin.widgets import AutocompleteMixin
from django.core.exceptions import ValidationError


class AutocompletingAdmin:
    """Shows a form again with its message when what is chosen is no key; Django's widgets fail."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return _patient(super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return _patient(super().formfield_for_manytomany(db_field, request, **kwargs))


class _Patient:
    """A widget that passes over what cannot be a key."""

    def optgroups(self, name, value, attrs=None):
        key = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [one for one in value if _may_be(key, one)], attrs)


def _may_be(key, value):
    try:
        key.to_python(value)
    except ValidationError:
        return False
    return True


def _patient(field):
    kind = type(field.widget) if field is not None else None
    if kind and issubclass(kind, AutocompleteMixin) and not issubclass(kind, _Patient):
        field.widget.__class__ = type(kind.__name__, (_Patient, kind), {})
    return field
