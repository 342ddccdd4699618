"""Build absolute URLs for search engines, other sites and e-mails; refuse impossible ones."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from core.headers import GetResponse


def absolute(address: str) -> str:
    """Return the absolute URL of a path of this site, whatever the host of the request."""
    return f"{settings.SITE_URL}{address}" if address.startswith("/") else address


def refuse_null_paths(get_response: GetResponse) -> GetResponse:
    """Middleware: answer 404 to paths with a null character, which the database would reject."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            raise Http404
        return get_response(request)

    return middleware
