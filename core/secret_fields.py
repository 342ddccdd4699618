"""Secret fields, by which the admin must not filter."""

from typing import Any

from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.db.models.constants import LOOKUP_SEP


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
