"""The filter by what was changed."""

from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class KindFilter(admin.SimpleListFilter):
    """Of what, among the kinds that stand in the trail."""

    title = _("of what")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        kinds = model_admin.model.objects.order_by().values("content_type").distinct()
        found = ContentType.objects.filter(pk__in=kinds)
        return sorted(((kind.pk, name_of(kind)) for kind in found), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(content_type=value) if value and value.isdecimal() else queryset


def name_of(kind: ContentType | None) -> str:
    """What a kind of thing is called, also one that the house no longer knows."""
    model = kind and kind.model_class()
    return str(model._meta.verbose_name) if model else (kind.name if kind else "–")
