"""Middleware: dates in the addresses of the admin that no database can be asked for."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from core.datetimes import FIRST_YEAR, LAST_YEAR, year_needed

DATE = re.compile(r"\s*(?P<year>\d+)-\d{1,2}-\d{1,2}")
SEARCH = "q"


def refuse_years(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Lead a list that is filtered by a year like 1 or 9999 back to the list, and say why."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.GET or not request.path_info.startswith(reverse("admin:index")):
            return get_response(request)
        beyond = beyond_the_years(request.GET)
        if not beyond:
            return get_response(request)
        kept = request.GET.copy()
        for name in beyond:
            del kept[name]
        messages.error(request, year_needed())
        return redirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)

    return middleware


def beyond_the_years(query: QueryDict) -> list[str]:
    """Return the names of filters that ask for a year like 1 or 9999."""
    return [name for name, values in query.lists() if any(_is_beyond(name, v) for v in values)]


def _is_beyond(name, value):
    if name == SEARCH:
        return False
    if name.endswith(("__year", "__iso_year")) or "__year__" in name:
        year = value.strip()
        return year.isdecimal() and not _is_meant(year)
    found = DATE.match(value)
    return bool(found) and not _is_meant(found["year"])


def _is_meant(year):
    # Longer numbers are not read at all: they may have any number of digits.
    return len(year) <= 9 and FIRST_YEAR <= int(year) <= LAST_YEAR
