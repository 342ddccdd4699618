"""Downloads on the page of an order, beside its tickets.

Apps above the sale register theirs, because the sale does not import them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .models import Order


@dataclass(frozen=True)
class Download:
    """A link on the page of an order; without an address it is a sentence."""

    text: str
    url: str = ""


# Takes an order that is paid or awaits a transfer, and whether any of it has been refunded.
Provider = Callable[[Order, bool], Iterable[Download]]

_providers: list[Provider] = []


def register_downloads(provider: Provider) -> None:
    """Register a function that returns downloads for the page of an order."""
    if provider not in _providers:
        _providers.append(provider)


def downloads_of(order: Order, *, has_refunds: bool) -> list[Download]:
    """Return the downloads of an order, in the order of registration."""
    return [download for provider in _providers for download in provider(order, has_refunds)]
