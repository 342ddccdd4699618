"""The filter by type of object."""

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _


class KindFilter(admin.SimpleListFilter):
    """Filter by the type of the changed object, among the types that occur."""

    title = _("object type")
    parameter_name = "of"

    def lookups(self, request, model_admin):
        kinds = model_admin.model.objects.order_by().values("content_type").distinct()
        found = ContentType.objects.filter(pk__in=kinds)
        return sorted(((kind.pk, type_name(kind)) for kind in found), key=lambda pair: pair[1])

    def queryset(self, request, queryset):
        value = self.value()
        return queryset.filter(content_type=value) if value and value.isdecimal() else queryset


def type_name(kind):
    """Return the name of a content type, even if its model no longer exists."""
    model = kind and kind.model_class()
    return str(model._meta.verbose_name) if model else (kind.name if kind else "–")
