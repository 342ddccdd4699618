"""The providers that are set up: `PAYMENT_PROVIDERS` in the settings, by name."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from payments.exceptions import UnknownProvider

from .base import Event, Found, Provider

__all__ = ["Event", "Found", "Provider", "provider_named"]


def provider_named(name):
    """Return the provider. Raises UnknownProvider."""
    path = settings.PAYMENT_PROVIDERS.get(name)
    if path is None:
        raise UnknownProvider(f"No payment provider is called {name!r}.")
    return _provider_at(path)


@cache
def _provider_at(path):
    return import_string(path)()
