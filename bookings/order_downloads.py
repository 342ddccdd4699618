"""What the page of an order offers for download, beside its tickets.

Apps above the sale register what they have, as the sale does not know them.
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
    """Let this function say what the page of an order offers, after those registered before."""
    if provider not in _providers:
        _providers.append(provider)


def downloads_of(order: Order, *, has_refunds: bool) -> list[Download]:
    """Return everything that is offered for an order."""
    return [download for provider in _providers for download in provider(order, has_refunds)]
