"""The buttons by which customers add the tickets of an order to a wallet."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.models import Order
from bookings.order_page import WalletLink

from .configuration import apple_signer, google_account
from .google.api import SAVE_PAGE


def links_of(order: Order) -> Iterator[WalletLink]:
    """Return a button for each wallet that is configured; no query while keys are kept."""
    is_one = order.quantity == 1
    if apple_signer():
        text = _("Add to Apple Wallet") if is_one else _("Add all to Apple Wallet")
        yield WalletLink(text, reverse("wallets:apple", args=[order.reference]))
    if google_account():
        text = _("Add to Google Wallet") if is_one else _("Add all to Google Wallet")
        note = _("Google receives the details of your tickets only when you add them.")
        url = reverse("wallets:google", args=[order.reference])
        yield WalletLink(text, url, origin=SAVE_PAGE.rstrip("/"), note=note)
