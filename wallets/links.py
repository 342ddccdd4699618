"""The buttons by which customers add the tickets of an order to a wallet."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.models import Order
from bookings.order_page import WalletLink

from .configuration import apple_signer, google_account
from .google.api import SAVE_PAGE
from .passes import MOST_IN_BUNDLE


def links_of(order: Order) -> Iterator[WalletLink]:
    """Return buttons for each wallet that is configured; no query while keys are kept."""
    is_one = order.quantity == 1
    if apple_signer():
        yield from _apple_links(order)
    if google_account():
        text = _("Add to Google Wallet") if is_one else _("Add all to Google Wallet")
        note = _("Google receives the details of your tickets only when you add them.")
        url = reverse("wallets:google", args=[order.reference])
        yield WalletLink(text, url, origin=SAVE_PAGE.rstrip("/"), note=note)


def _apple_links(order: Order) -> Iterator[WalletLink]:
    """Return one button, or for a large order one for each bundle of its tickets."""
    url, number = reverse("wallets:apple", args=[order.reference]), order.quantity
    if number <= MOST_IN_BUNDLE:
        yield WalletLink(
            _("Add to Apple Wallet") if number == 1 else _("Add all to Apple Wallet"), url
        )
        return
    for part, first in enumerate(range(1, number + 1, MOST_IN_BUNDLE), start=1):
        last = min(first + MOST_IN_BUNDLE - 1, number)
        tickets = str(first) if first == last else f"{first}–{last}"
        text = _("Add tickets to Apple Wallet: %s") % tickets
        yield WalletLink(text, f"{url}?part={part}")
