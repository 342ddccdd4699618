"""The pages of promoters."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import user_of
from core.spreadsheets import CONTENT_TYPES

from .sales import is_promoter, sales_of, settlements_of

View = Callable[..., HttpResponse]
TYPES = {"pdf": "application/pdf", "xlsx": CONTENT_TYPES["xlsx"]}


def for_promoters(view: View) -> View:
    """Require an account that belongs to a promoter; others get 404."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not is_promoter(user_of(request)):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@for_promoters
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the sales of the promoter's performances and the settlements."""
    context = {
        "sales": sales_of(user_of(request)),
        "settlements": settlements_of(user_of(request))[:100],
    }
    return render(request, "finance/promoter.html", context)


@for_promoters
@require_safe
def settlement(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """Return an issued settlement as it was issued."""
    if file_format not in TYPES:
        raise Http404
    found = get_object_or_404(settlements_of(user_of(request)).defer(None), pk=pk)
    headers = {"Content-Disposition": f'attachment; filename="settlement-{pk}.{file_format}"'}
    content = bytes(getattr(found, file_format))
    return HttpResponse(content, content_type=TYPES[file_format], headers=headers)
