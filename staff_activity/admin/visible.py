"""Shared by the lists of staff activity: the rows a user can see, filters and formats."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.primary_keys import parse_key

# Shown to auditors although they may not open these pages: permissions, and what staff and their
# integrations may do.
AUDITED = {"auth.group", "mfa.authenticator", "api.apikey", "api.endpoint", "waitingroom.lane"}


def visible_rows(lines: QuerySet, *, user: User, key: str) -> QuerySet:
    """Leave out rows about objects whose pages the user may not see, and about customers.

    Rows about staff accounts stay. `key` names the field with the object's primary key as text.
    """
    if user.is_superuser:
        return lines
    kinds = [kind.pk for kind in ContentType.objects.all() if _may_see(user, kind)]
    visible = Q(content_type__in=kinds)
    if not user.has_perm("accounts.view_user"):
        staff = User.objects.filter(is_staff=True).annotate(key=Cast("pk", CharField()))
        accounts = ContentType.objects.get_for_model(User)
        visible |= Q(content_type=accounts) & Q(**{f"{key}__in": staff.values("key")})
    return lines.filter(visible)


def _may_see(user, kind):
    return f"{kind.app_label}.{kind.model}" in AUDITED or user.has_perm(
        f"{kind.app_label}.view_{kind.model}"
    )


class AccountFilterMixin(admin.ModelAdmin):
    """Mixin that hides filters by account from users who cannot view accounts."""

    account_filters: ClassVar[list[Any]]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        filters = list(super().get_list_filter(request))
        if request.user.has_perm("accounts.view_user"):
            return filters
        return [one for one in filters if one not in self.account_filters]


def format_time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_SECONDS")


class KindFilter(admin.SimpleListFilter):
    """Filter by the type of the changed object, among the types that occur."""

    title = _("object type")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        kinds = model_admin.model.objects.order_by().values("content_type").distinct()
        found = ContentType.objects.filter(pk__in=kinds)
        return sorted(((kind.pk, type_name(kind)) for kind in found), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        kind = parse_key(self.value())
        return queryset if kind is None else queryset.filter(content_type=kind)


def type_name(kind: ContentType | None) -> str:
    """Return the name of a content type, even if its model no longer exists."""
    model = kind and kind.model_class()
    return str(model._meta.verbose_name) if model else (kind.name if kind else "–")
