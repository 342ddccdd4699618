"""Middleware: refuse filters and selections of the admin that the database does not support."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.datetimes import FIRST_YEAR, LAST_YEAR, year_needed
from core.primary_keys import parse_key

DATE = re.compile(r"\s*(?P<year>\d+)-\d{1,2}-\d{1,2}")
# Words that are searched for; of the second one in lists to choose from.
SEARCH, AUTOCOMPLETE = "q", "term"


def refuse_invalid_filters(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: remove filters by a year such as 1 or 9999 from the URL, with a message.

    Likewise those with a null character, which PostgreSQL cannot compare with a text. A list action
    on something that is not a primary key, which only a tampered form has, is answered with 400.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.path_info.startswith(reverse("admin:index")):
            refuse_invalid_selection(request.POST)
        if not request.GET or not request.path_info.startswith(reverse("admin:index")):
            return get_response(request)
        out_of_range = filters_out_of_range(request.GET)
        with_null = filters_with_null(request.GET)
        if not out_of_range and not with_null:
            return get_response(request)
        kept = request.GET.copy()
        for name in {*out_of_range, *with_null}:
            del kept[name]
        messages.error(request, year_needed() if out_of_range else _("Please check your input."))
        return redirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)

    return middleware


def refuse_invalid_selection(data: QueryDict) -> None:
    """Raise BadRequest if a row selected for a list action is not given by a primary key."""
    if not all(parse_key(key) is not None for key in data.getlist(ACTION_CHECKBOX_NAME)):
        raise BadRequest("The selection is invalid.")


def filters_out_of_range(query: QueryDict) -> list[str]:
    """Return the names of filters by a year outside the supported range."""
    return [
        name for name, values in query.lists() if any(_is_out_of_range(name, v) for v in values)
    ]


def filters_with_null(query: QueryDict) -> list[str]:
    """Return the names of filters with a null character."""
    return [
        name
        for name, values in query.lists()
        if name != SEARCH and any("\x00" in text for text in [name, *values])
    ]


def _is_out_of_range(name, value):
    if name in (SEARCH, AUTOCOMPLETE):
        return False
    if name.endswith(("__year", "__iso_year")) or "__year__" in name:
        year = value.strip()
        return year.isdecimal() and not _is_supported(year)
    found = DATE.match(value)
    return bool(found) and not _is_supported(found["year"])


def _is_supported(year):
    # Numbers of any length are possible.
    return len(year) <= 9 and FIRST_YEAR <= int(year) <= LAST_YEAR
