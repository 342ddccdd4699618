"""Protect forms on cached pages, which contain no CSRF token, against other sites.

Browsers send the origin of a request in headers that no page can forge. See
docs/decisions/0050-same-origin-forms.md.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import is_same_domain
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# "none": caused by the user, such as reloading the page of a posted form.
OWN_SITES = frozenset({"same-origin", "none"})


def is_same_origin(request: HttpRequest) -> bool | None:
    """Return whether the request comes from this site; None if the browser does not say."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in OWN_SITES
    origin = request.headers.get("Origin")
    if origin is not None:
        return _is_trusted_origin(origin, request)
    return None


def same_origin_post(view: View) -> View:
    """Decorator: accept POSTs from this site without a CSRF token, and refuse others with 403.

    `Sec-Fetch-Site` decides if present, else `Origin`. A request with neither comes from no recent
    browser: it is accepted only without a session, whose permissions it could abuse, or with a
    valid CSRF token. Refusals raise PermissionDenied.
    """
    with_token = csrf_protect(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return view(request, *args, **kwargs)
        same_origin = is_same_origin(request)
        if same_origin is None and settings.SESSION_COOKIE_NAME in request.COOKIES:
            return with_token(request, *args, **kwargs)
        if same_origin is False:
            raise PermissionDenied(_("This form was sent by another site, so nothing was done."))
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)


def _is_trusted_origin(origin: str, request: HttpRequest) -> bool:
    if origin == f"{request.scheme}://{request.get_host()}":
        return True
    try:
        theirs = urlsplit(origin)
    except ValueError:
        return False
    for trusted in map(urlsplit, settings.CSRF_TRUSTED_ORIGINS):
        # "https://*.example.org" trusts what ends in ".example.org".
        pattern = trusted.netloc.lstrip("*")
        if theirs.scheme == trusted.scheme and is_same_domain(theirs.netloc, pattern):
            return True
    return False
