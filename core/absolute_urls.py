"""Addresses in full, for search engines, other sites and letters; and those that lead nowhere."""

from django.conf import settings
from django.http import Http404


def absolute(address):
    """Return an address of this site in full, whatever host the request came by."""
    return f"{settings.SITE_URL}{address}" if address.startswith("/") else address


def refuse_null_paths(get_response):
    """Answer 404 to addresses with a null character, for which no database may be asked."""

    def middleware(request):
        if "\x00" in request.path:
            raise Http404
        return get_response(request)

    return middleware
