"""A picture of nothing that gives a visitor their cookie before they need it."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from core.public_pages import answered_first
from core.visitors import has_visitor_cookie, new_visitor

from ..sale.customers import Customer, remember

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@answered_first
@require_safe
def visit(request):
    """Make the browser known before its first basket.

    The page of a performance is the same for everybody and sets no cookie. Without this picture on
    it a double click of a first-time visitor would be two visitors with a basket each, also where
    no script runs to prevent it. The browser keeps the picture for a day, so it costs one small
    request a day and visitor.
    """
    response = HttpResponse(PICTURE, content_type="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=86400"
    if has_visitor_cookie(request):
        return response
    return remember(response, request, Customer(new_visitor()))
