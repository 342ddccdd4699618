"""Buttons on the pages of an order that add its tickets to a wallet app.

The app `wallets`, above the sale, registers those that are configured.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .models import Order


@dataclass(frozen=True)
class WalletLink:
    """A button. With an `origin` it is a form, whose answer leads to that other site."""

    text: str
    url: str
    origin: str = ""
    note: str = ""


Provider = Callable[[Order], Iterable[WalletLink]]

_providers: list[Provider] = []


def register_wallet_links(provider: Provider) -> None:
    """Register a function that returns the buttons for an order with valid tickets."""
    if provider not in _providers:
        _providers.append(provider)


def wallet_links_of(order: Order) -> list[WalletLink]:
    """Return the buttons for an order; none where nothing is configured."""
    return [link for provider in _providers for link in provider(order)]
