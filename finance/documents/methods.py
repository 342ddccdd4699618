"""How a payment is named on a document."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ONLINE = "online"

# The names of providers that are not paid online (see `payments.providers`).
NAMES: dict[str, Any] = {
    ONLINE: _("Paid online"),
    "cash": _("Paid in cash"),
    "terminal": _("Paid by card"),
    "transfer": _("Paid by bank transfer"),
}


def method_of(provider: str) -> str:
    """Return the name of a provider's method: its own, or that of everything online."""
    return provider if provider in NAMES else ONLINE
