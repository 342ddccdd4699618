"""The home page, and the list of shows with its filters."""

from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.annotations import HtmxRequest
from core.public_pages import public_page
from shows.catalogue import (
    cities,
    find_or_correct,
    find_shows,
    latest_shows,
    tags,
    with_performances,
)
from shows.forms import TONIGHT, WEEKEND, CatalogueForm
from shows.models import Performance
from shows.search_terms import suggest

LATEST = 6
SOONEST = 8
PAGE_SIZE = 24
LONGEST_QUERY = 100
SHORTEST_QUERY = 2
FILTERS = ("q", "city", "tag", "from", "to", "max_price")
SHORTCUTS = {TONIGHT: _("Tonight"), WEEKEND: _("This weekend")}


@require_safe
@public_page(1)
def home(request: HtmxRequest) -> HttpResponse:
    latest = latest_shows(LATEST + 1)
    soonest = Performance.objects.public().taking_place().upcoming()
    context = {
        "featured": latest[0] if latest else None,
        "latest": latest[1:],
        "soonest": soonest.select_related("show", "venue").with_price_range()[:SOONEST],
        "cities": cities(),
        "tags": tags(),
        "shortcuts": SHORTCUTS.items(),
    }
    return render(request, "shows/home.html", context)


@require_safe
@public_page(
    1, query=["city", "tag", "sort", "when", "page"], uncached=["q", "from", "to", "max_price"]
)
def show_list(request: HtmxRequest) -> HttpResponse:
    """Show one page of the list; for HTMX, only its fragment, with the URL to push."""
    form = CatalogueForm(request.GET)
    filters = form.filters()
    found, corrected = find_or_correct(**filters)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    shows = with_performances(page.object_list)
    when = form.cleaned_data.get("when", "")
    is_part = request.htmx and not request.htmx.history_restore_request
    context = {
        "form": form,
        "page": page,
        "shows": shows,
        "query": filters["query"],
        "corrected": corrected,
        "when": when,
        "city": filters["city"],
        "cities": [name for name, _label in cast(Any, form.fields["city"]).choices if name],
        "shortcuts": SHORTCUTS.items(),
        "used_filters": [_filter_text(form, name) for name in _used(request, form)],
        "has_errors": bool(set(form.errors) - {"q"}),
        "title": SHORTCUTS.get(when, _("What's on")),
        "is_past": filters["past"],
        "is_filtered": when in SHORTCUTS
        or any(request.GET.get(name, "").strip() for name in FILTERS),
        "base_template": "_fragment.html" if is_part else "base.html",
    }
    if not shows:
        context |= _suggestions(request, form, filters)
    response = render(request, "shows/list.html", context)
    if is_part:
        response.headers["HX-Push-Url"] = _url(request.GET, page)
    if not form.is_valid() or request.GET.get("page", str(page.number)) != str(page.number):
        # Not cached, as there are endless invalid URLs.
        response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@public_page(60, uncached=["q"])
def search_suggestions(request: HtmxRequest) -> HttpResponse:
    """Show the names that a search text begins, as the options of a list."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    found = suggest(text) if len(text) >= SHORTEST_QUERY else []
    return render(request, "shows/suggestions.html", {"suggestions": found})


def _suggestions(
    request: HtmxRequest, form: CatalogueForm, filters: dict[str, Any]
) -> dict[str, Any]:
    """Return what to suggest when nothing is found: filters to remove, past shows, new shows."""
    removable_filters = []
    for name in FILTERS:
        is_used = name in form.fields and request.GET.get(name, "").strip()
        if is_used and len(request.GET) > 1:
            query = request.GET.copy()
            del query[name]
            query.pop("page", None)
            removable_filters.append({"label": _filter_text(form, name), "url": _url(query)})
    past = 0 if filters["past"] else find_shows(**filters | {"past": True}).count()
    query = request.GET.copy()
    query["when"] = "past"
    return {
        "removable_filters": removable_filters,
        "past_count": past,
        "past_url": _url(query),
        "latest": latest_shows(6),
    }


def _used(request: HttpRequest, form: CatalogueForm) -> list[str]:
    """Return the names of the fields, other than the search text, that are filled in correctly."""
    return [
        name
        for name in (*FILTERS[1:], "sort")
        if name in form.fields and name not in form.errors and request.GET.get(name, "").strip()
    ]


def _filter_text(form: CatalogueForm, name: str) -> str:
    """Describe one of the filters in a few words."""
    value = form[name].value()
    if name == "q":
        return value
    if name in ("city", "tag", "sort"):
        return dict(cast(Any, form.fields[name]).choices).get(value, value)
    cleaned = form.cleaned_data.get(name)
    if isinstance(cleaned, date):
        is_this_year = cleaned.year == timezone.localdate().year
        value = date_format(cleaned, "SHORT_MONTH_DAY" if is_this_year else "SHORT_DATE_FORMAT")
    return f"{form[name].label} {value}"


def _url(query: QueryDict, page: Page | None = None) -> str:
    """Return the URL of this list without empty parameters."""
    values = {name: str(value) for name, value in query.items() if name != "page"}
    pairs = [(name, value) for name, value in values.items() if value.strip()]
    if page is not None and page.number > 1:
        pairs.append(("page", str(page.number)))
    url = reverse("shows:list")
    return f"{url}?{urlencode(pairs)}" if pairs else url
