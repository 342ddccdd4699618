"""Guarding forms on pages that are the same for everybody and so can hold no CSRF token.

Browsers say themselves where a request comes from, in headers that no page can forge. See
docs/decisions/0050-forms-on-shared-pages.md.
"""

from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http.request import is_same_domain
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# "none": the visitor's own doing, such as sending a form again after going back.
OWN_SITES = frozenset({"same-origin", "none"})


def is_same_origin(request):
    """Return True or False as the browser says, or None if it says nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in OWN_SITES
    origin = request.headers.get("Origin")
    if origin is not None:
        return _is_our_origin(origin, request)
    return None


def same_origin_post(view):
    """Let a view take POSTs from our own pages without a CSRF token, and refuse all others.

    `Sec-Fetch-Site` decides where the browser sends it, else `Origin`. A request with neither comes
    from no browser of the last years: it passes only without a session, whose rights it could
    abuse, or with a valid CSRF token. Refusals are a 403 (PermissionDenied).
    """
    with_token = csrf_protect(view)

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method in SAFE_METHODS:
            return view(request, *args, **kwargs)
        is_ours = is_same_origin(request)
        if is_ours is None and settings.SESSION_COOKIE_NAME in request.COOKIES:
            return with_token(request, *args, **kwargs)
        if is_ours is False:
            raise PermissionDenied(_("This form was sent by another site, so nothing was done."))
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)


def _is_our_origin(origin, request):
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
