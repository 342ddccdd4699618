"""The lists of a performance: shown, as PDF and as CSV."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.annotations import HtmxRequest
from core.spreadsheets import to_csv
from shows.models import Performance

from .access import door_staff, get_performance
from .list_pdf import list_pdf
from .lists import LISTS, DoorList

CSV_TYPE = "text/csv; charset=utf-8"


@never_cache
@door_staff
@require_safe
def lists(request: HtmxRequest, pk: int) -> HttpResponse:
    """Offer the lists of a performance."""
    performance = get_performance(pk)
    context = {
        "performance": performance,
        "zone": performance.venue.zone,
        "lists": [(name, title) for name, (title, _make) in LISTS.items()],
    }
    return render(request, "door/lists.html", context)


@never_cache
@door_staff
@require_safe
def show_list(request: HtmxRequest, pk: int, name: str) -> HttpResponse:
    """Show one list."""
    performance = get_performance(pk)
    context: dict[str, Any] = {
        "performance": performance,
        "zone": performance.venue.zone,
        "name": name,
        "list": _made(performance, name),
    }
    return render(request, "door/list.html", context)


@never_cache
@door_staff
@require_safe
def print_list(request: HtmxRequest, pk: int, name: str) -> HttpResponse:
    """Return one list as a PDF to print."""
    performance = get_performance(pk)
    with timezone.override(performance.venue.zone):
        pdf = list_pdf(_made(performance, name), performance)
    headers = {"Content-Disposition": f'inline; filename="{_file_name(performance, name)}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@never_cache
@door_staff
@require_safe
def save_list(request: HtmxRequest, pk: int, name: str) -> HttpResponse:
    """Return one list as CSV; its tables follow each other."""
    performance = get_performance(pk)
    rows: list[Any] = []
    for table in _made(performance, name).tables:
        rows += [[]] if rows else []
        rows += [table.headings, *([_plain(cell) for cell in row] for row in table.rows)]
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(performance, name)}.csv"'}
    return HttpResponse(to_csv(rows), content_type=CSV_TYPE, headers=headers)


def _made(performance: Performance, name: str) -> DoorList:
    if name not in LISTS:
        raise Http404
    with timezone.override(performance.venue.zone):
        return LISTS[name][1](performance)


def _plain(cell: Any) -> Any:
    return "" if cell == "☐" else cell


def _file_name(performance: Performance, name: str) -> str:
    day = performance.starts_at.astimezone(performance.venue.zone)
    return f"{name}-{performance.show.slug}-{day:%Y-%m-%d}"
