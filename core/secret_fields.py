"""Fields that no page of the admin shows, and that no address of a list may ask about."""

from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.db.models.constants import LOOKUP_SEP


class SecretFieldsAdmin(DjangoModelAdmin):
    """Refuses lists filtered by fields that are secret.

    Django lets staff filter a list by any field of its own model (`?key__startswith=a`), shown or
    not: a secret could be guessed letter by letter.
    """

    secret_fields: tuple[str, ...] = ()

    def lookup_allowed(self, lookup, value, request=None):
        if not set(lookup.split(LOOKUP_SEP)).isdisjoint(self.secret_fields):
            return False
        return super().lookup_allowed(lookup, value, request)
