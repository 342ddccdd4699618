"""What apps above the sale add to the page of an order: downloads, and buttons of wallet apps.

They register it, because the sale does not import them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .models import Order


@dataclass(frozen=True)
class Download:
    """A link beside the tickets; without an address it is a sentence."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class WalletLink:
    """A button that adds tickets to a wallet app.

    With an `origin` it is a form, whose answer leads to that other site.
    """

    text: str
    url: str
    origin: str = ""
    note: str = ""


# Takes an order that is paid or awaits a transfer, and whether any of it has been refunded.
Downloads = Callable[[Order, bool], Iterable[Download]]
# Takes an order with valid tickets.
WalletLinks = Callable[[Order], Iterable[WalletLink]]

_downloads: list[Downloads] = []
_wallet_links: list[WalletLinks] = []


def register_downloads(provider: Downloads) -> None:
    if provider not in _downloads:
        _downloads.append(provider)


def register_wallet_links(provider: WalletLinks) -> None:
    if provider not in _wallet_links:
        _wallet_links.append(provider)


def downloads_of(order: Order, *, has_refunds: bool) -> list[Download]:
    """Return the downloads of an order, in the order of registration."""
    return [download for provider in _downloads for download in provider(order, has_refunds)]


def wallet_links_of(order: Order) -> list[WalletLink]:
    """Return the buttons for an order; none where nothing is configured."""
    return [link for provider in _wallet_links for link in provider(order)]
