"""The rows that a list of the admin shows somebody, found again from its address."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.admin.filters import filters_out_of_range, filters_with_null

# Which page of the list, in which order, how much of it: of no matter to what is on it.
NOT_FILTERS = ["p", "o", "all", "e", "_changelist_filters", "_facets"]
LONGEST = 20_000


class NoSuchList(Exception):
    """The address has filters that the list does not know."""

    def __str__(self) -> str:
        return _("The list does not know these filters.")


def query_of(asked: QueryDict) -> str:
    """Return the filters of an address (a QueryDict), and nothing else of it, as text."""
    kept = asked.copy()
    for name in NOT_FILTERS:
        kept.pop(name, None)
    return kept.urlencode()


def chosen_query(rows: QuerySet[Any]) -> str:
    """Return, as text, the filter that leaves these rows alone."""
    query = QueryDict(mutable=True)
    query[f"{rows.model._meta.pk.name}__in"] = ",".join(str(row.pk) for row in rows)
    return query.urlencode()


def rows_listed(*, model: type[Model], query: str, user: User) -> QuerySet[Any]:
    """Return what the model's list in the admin shows the user for these filters.

    Raises `NoSuchList`, and PermissionDenied for somebody who may not see the list.
    """
    if len(query) > LONGEST:
        raise NoSuchList
    request = HttpRequest()
    request.method, request.GET, request.user = "GET", QueryDict(query), user
    model_admin = admin.site.get_model_admin(model)
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    if filters_out_of_range(request.GET) or filters_with_null(request.GET):
        raise NoSuchList
    try:
        return model_admin.get_changelist_instance(request).get_queryset(request)
    except (IncorrectLookupParameters, SuspiciousOperation, ValueError):
        raise NoSuchList from None


@contextmanager
def seen_by(user: User) -> Iterator[None]:
    """Tell times and words as the user's own pages of the admin do."""
    with timezone.override(user.zone), translation.override(user.language):
        yield
