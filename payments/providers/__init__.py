"""The configured payment providers: `PAYMENT_PROVIDERS` in the settings, by name."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from payments.choice import NONE, chosen_provider
from payments.exceptions import UnknownProvider

from .base import Event, Page, PageOptions, PaymentResult, Provider, RefundResult

__all__ = [
    "Event",
    "Page",
    "PageOptions",
    "PaymentResult",
    "Provider",
    "RefundResult",
    "get_provider",
    "is_enabled",
    "names_of_remote_providers",
    "names_that_close_pages",
    "takes_online_payments",
]


def is_enabled(name: str) -> bool:
    """Return whether the provider can be used: the demo provider only while it is chosen."""
    if name == "demo":
        return chosen_provider() == "demo"
    return name in settings.PAYMENT_PROVIDERS


def takes_online_payments() -> bool:
    """Return whether customers can pay online."""
    return chosen_provider() != NONE


def names_that_close_pages() -> list[str]:
    """Return the names of the providers in use whose pay pages can be closed."""
    chosen = chosen_provider()
    return [chosen] if chosen != NONE and get_provider(chosen).closes_pages else []


def names_of_remote_providers() -> list[str]:
    """Return the names of the companies that payments can go through."""
    return list(settings.REAL_PAYMENT_PROVIDERS)


def get_provider(name: str) -> Provider:
    """Return the provider. Raises UnknownProvider."""
    if not is_enabled(name):
        raise UnknownProvider(f"No payment provider called {name!r} is enabled.")
    return _load_provider(settings.PAYMENT_PROVIDERS[name])


@cache
def _load_provider(path: str) -> Provider:
    provider: Provider = import_string(path)()
    return provider
