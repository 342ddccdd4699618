"""Small tables inside a page of the admin."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format


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
