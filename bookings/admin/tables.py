"""Small tables inside a page of the admin."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from core.annotations import Text


def table(headings: Iterable[Any], rows: Iterable[Iterable[Any]]) -> str:
    """Return rows as safe HTML; times are written out, empty cells left empty."""
    rows = [[_written(cell) for cell in row] for row in rows]
    if not rows:
        return "–"
    context = {"headings": headings, "rows": rows}
    return render_to_string("admin/bookings/_table.html", context)


def _written(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return date_format(timezone.localtime(cell), "DATETIME_SECONDS")
    return cell


def link(model: str, pk: int, text: Text) -> Any:
    """Return a link to the page of an object in the admin; `model` is "payments_refund"."""
    url = reverse(f"admin:{model}_change", args=[pk])
    return format_html('<a class="text-link" href="{}">{}</a>', url, text)
