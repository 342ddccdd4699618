"""The page of a price grid, for performances and price lists."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.admin.confirmation import CONFIRMED, was_confirmed
from core.annotations import Text


def grid_page(
    request: HttpRequest,
    model_admin: Any,
    form: Any,
    *,
    title: Text,
    button: Text,
    back: str,
    text: Text = "",
    differences: Iterable[list[str]] = (),
    queryset: Iterable[Any] | None = None,
) -> HttpResponse:
    """Return the page of a `GridForm`, whose button posts to the same URL with `CONFIRMED`.

    `differences` are the old and new prices to confirm. With `queryset` the page belongs to a list
    action and posts the selected rows.
    """
    request.current_app = model_admin.admin_site.name
    invalid = was_confirmed(request) and bool(form.errors)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "form": form,
        "tables": form.rows(),
        "own_fields": [form[name] for name in ("reason", "shown") if name in form.fields],
        "button": button,
        "text": text,
        "differences": list(differences),
        "action": request.POST.get("action", ""),
        "chosen_name": ACTION_CHECKBOX_NAME,
        "chosen": [] if queryset is None else [row.pk for row in queryset],
        "confirmed_name": CONFIRMED,
        "back": back,
    }
    return render(request, "admin/shows/price_grid.html", context, status=422 if invalid else 200)
