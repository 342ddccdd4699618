"""The providers that are set up: `PAYMENT_PROVIDERS` in the settings, by name."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from payments.exceptions import UnknownProvider

from .base import Event, PaymentResult, Provider

__all__ = [
    "Event",
    "PaymentResult",
    "Provider",
    "is_enabled",
    "provider_named",
    "takes_online_payments",
]


def is_enabled(name: str) -> bool:
    """Return whether the provider can be used: the demo provider only while it is chosen."""
    if name == "demo":
        return settings.PAYMENT_PROVIDER == "demo"
    return name in settings.PAYMENT_PROVIDERS


def takes_online_payments() -> bool:
    """Return whether customers can pay online."""
    return settings.PAYMENT_PROVIDER != "none"


def provider_named(name: str) -> Provider:
    """Return the provider. Raises UnknownProvider."""
    if not is_enabled(name):
        raise UnknownProvider(f"No payment provider called {name!r} is enabled.")
    return _provider_at(settings.PAYMENT_PROVIDERS[name])


@cache
def _provider_at(path):
    return import_string(path)()
