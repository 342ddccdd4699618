"""Find the rows that a list of the admin shows for a URL."""

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
from organisation.current import current_organisation

# Parameters for the page, the order and the display. They do not filter.
NOT_FILTERS = ["p", "o", "all", "e", "_changelist_filters", "_facets"]
MAX_QUERY_LENGTH = 20_000


class UnknownFilter(Exception):
    """The URL has filters that the list does not have."""

    def __str__(self) -> str:
        return _("This list doesn't have these filters.")


def filters_of(parameters: QueryDict) -> str:
    """Return only the filters of a URL's parameters (a QueryDict), as text."""
    filters = parameters.copy()
    for name in NOT_FILTERS:
        filters.pop(name, None)
    return filters.urlencode()


def selection_query(rows: QuerySet[Any]) -> str:
    """Return the filter that selects exactly these rows, as text."""
    query = QueryDict(mutable=True)
    query[f"{rows.model._meta.pk.name}__in"] = ",".join(str(row.pk) for row in rows)
    return query.urlencode()


def listed_rows(*, model: type[Model], query: str, user: User) -> QuerySet[Any]:
    """Return the rows that the model's list in the admin shows the user for these filters.

    Raises `UnknownFilter`, and PermissionDenied if the user may not see the list.
    """
    if len(query) > MAX_QUERY_LENGTH:
        raise UnknownFilter
    request = HttpRequest()
    request.method, request.GET, request.user = "GET", QueryDict(query), user
    model_admin = admin.site.get_model_admin(model)
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    if filters_out_of_range(request.GET) or filters_with_null(request.GET):
        raise UnknownFilter
    try:
        return model_admin.get_changelist_instance(request).get_queryset(request)
    except (IncorrectLookupParameters, SuspiciousOperation, ValueError):
        raise UnknownFilter from None


@contextmanager
def localized_for(user: User) -> Iterator[None]:
    """Activate the user's time zone and language."""
    with (
        timezone.override(user.zone or current_organisation().zone),
        translation.override(user.language),
    ):
        yield
