"""Small public responses: the ticket keys, the visitor cookie."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.public_pages import bypass_middleware
from core.visitors import has_visitor_cookie, new_visitor

from ..documents.ticket_codes import public_keys
from ..insights.page_visits import count_visit
from ..sale.customers import Customer, remember

EMPTY_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@require_safe
@cache_control(public=True, max_age=3600)
def ticket_key(request: HttpRequest) -> HttpResponse:
    """Publish the keys that verify ticket codes as a JSON Web Key Set (RFC 7517)."""
    answer = JsonResponse({"keys": public_keys()}, content_type="application/jwk-set+json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@bypass_middleware
@require_safe
def visit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Set the visitor cookie by an invisible picture, before the first basket.

    The page of a performance is the same for everybody and sets no cookie. Without this picture on
    it, a double click of a first-time visitor would make two visitors with a basket each, also
    without JavaScript. That of a performance counts a visit to its page as well
    (`bookings.insights.page_visits`). Browsers cache the picture until the end of the day, so it
    costs one small request a day.
    """
    if pk is not None and request.method == "GET":
        count_visit(pk, request.headers)
    response = HttpResponse(EMPTY_PICTURE, content_type="image/svg+xml")
    response.headers["Cache-Control"] = f"private, max-age={_seconds_left_today()}"
    if has_visitor_cookie(request):
        return response
    return remember(response, request, Customer(new_visitor()))


def _seconds_left_today() -> int:
    now = timezone.localtime()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((midnight - now).total_seconds()))
