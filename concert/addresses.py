"""Addresses in full, for what is read elsewhere: search engines, other sites, letters."""

from django.conf import settings


def absolute(address):
    """Return an address of this site in full, whatever host the request came by."""
    return f"{settings.SITE_URL}{address}" if address.startswith("/") else address
