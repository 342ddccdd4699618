"""Send browsers to a provider from a page of ours.

The Content-Security-Policy lets forms lead to this site only, and browsers apply that to redirects
of a form as well. A page that goes on by itself is none, and needs no JavaScript.
"""

import logging
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests.exceptions import RequestException

from core.headers import GetResponse

logger = logging.getLogger(__name__)


def social_redirects(get_response: GetResponse) -> GetResponse:
    """Middleware: turn redirects from a form of a provider's button into such a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method != "POST" or response.status_code != 302:
            return response
        match = request.resolver_match
        if match is None or not (match.url_name or "").endswith("_login"):
            return response
        target = urlsplit(response["Location"])
        if not target.netloc or target.netloc == request.get_host():
            return response
        context = {"url": response["Location"], "host": target.hostname}
        page = render(request, "socialaccount/leaving.html", context)
        page.cookies = response.cookies
        page["Cache-Control"] = "private, no-store"
        return page

    middleware.process_exception = _explain_unavailable  # type: ignore[attr-defined]
    return middleware


def _explain_unavailable(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """Say that the provider could not be reached, when one of its pages fails for that."""
    if not isinstance(exception, RequestException):
        return None
    logger.warning("A log-in provider could not be reached: %s", exception)
    return render(request, "socialaccount/authentication_error.html", status=503)
