"""All shows, narrowed down while one types."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.public_pages import public_page
from shows.catalogue import find_shows, latest_shows, with_performances
from shows.forms import CatalogueForm

PAGE_SIZE = 24
FILTERS = ("q", "city", "tag", "from", "to", "max_price")


@require_safe
@public_page(
    1, query=["city", "tag", "sort", "when", "page"], uncached=["q", "from", "to", "max_price"]
)
def show_list(request):
    form = CatalogueForm(request.GET)
    wishes = form.wishes()
    page = Paginator(find_shows(**wishes), PAGE_SIZE).get_page(request.GET.get("page"))
    shows = with_performances(page.object_list)
    is_part = request.htmx and not request.htmx.history_restore_request
    context = {
        "form": form,
        "page": page,
        "shows": shows,
        "is_past": wishes["past"],
        "is_filtered": any(request.GET.get(name, "").strip() for name in FILTERS),
        "frame": "_fragment.html" if is_part else "base.html",
    }
    if not shows:
        context |= _ways_on(request, form, wishes)
    response = render(request, "shows/list.html", context)
    if is_part:
        response.headers["HX-Push-Url"] = _address(request.GET, page)
    if not form.is_valid() or request.GET.get("page", str(page.number)) != str(page.number):
        # There is no end to bad addresses, so they are not kept.
        response.headers["Cache-Control"] = "no-store"
    return response


def _ways_on(request, form, wishes):
    """What to offer to someone who found nothing: each wish to drop, the past, what is new."""
    wider = []
    for name in FILTERS:
        if request.GET.get(name, "").strip() and len(request.GET) > 1:
            query = request.GET.copy()
            del query[name]
            query.pop("page", None)
            wider.append({"wish": _wish(form, name), "address": _address(query)})
    past = 0 if wishes["past"] else find_shows(**wishes | {"past": True}).count()
    query = request.GET.copy()
    query["when"] = "past"
    return {
        "wider": wider,
        "past_count": past,
        "past_address": _address(query),
        "latest": latest_shows(6),
    }


def _wish(form, name):
    """Say one of the wishes in a few words."""
    value = form[name].value()
    if name in ("q", "city"):
        return value
    if name == "tag":
        return dict(form.fields["tag"].choices).get(value, value)
    return f"{form[name].label} {value}"


def _address(query, page=None):
    """Return the address of this list, without what is empty."""
    pairs = [(name, value) for name, value in query.items() if value.strip() and name != "page"]
    if page is not None and page.number > 1:
        pairs.append(("page", page.number))
    address = reverse("shows:list")
    return f"{address}?{urlencode(pairs)}" if pairs else address
