"""Links: absolute ones to pages of this site, and those to pages elsewhere that staff enter."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.headers import GetResponse

LONGEST_LINK = 500

_check = URLValidator(schemes=["https"])


def check_https(value: str) -> None:
    """Raise ValidationError unless `value` is the address of a page that begins with https://."""
    try:
        _check(value)
    except ValidationError:
        raise ValidationError(
            _("“%(value)s” is not a link. It begins with https://."), params={"value": value}
        ) from None


def site_of(link: str) -> str:
    """Return the host of a link without "www.", which tells people where it leads."""
    return (urlsplit(link).hostname or link).removeprefix("www.")


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


def open_page_above(get_response: GetResponse) -> GetResponse:
    """Middleware: lead browsers from a URL that only takes forms to the page above it.

    Without JavaScript such a URL is that of a page with errors. Browsers open it again when
    somebody chooses another language there, or enters the address, and would show an error of
    their own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = request.headers.get("Sec-Fetch-Mode") == "navigate"
        if response.status_code == 405 and request.method == "GET" and is_page:
            above = request.path.rstrip("/").rpartition("/")[0]
            return redirect(f"{above}/")
        return response

    return middleware
