"""Passes in the data that customers can request about themselves."""

from typing import Any

from accounts.models import User
from bookings.models import Order

from .models import WalletPass


def add_passes(sender: Any, user: User, **kwargs: Any) -> dict[str, Any]:
    """Receive `data_requested`: list the passes of the account's tickets, and their devices."""
    passes = WalletPass.objects.filter(ticket__order__in=Order.objects.owned_by(user))
    found = [
        {
            "order": one.ticket.order.reference,
            "wallet": one.kind,
            "created_at": one.created_at,
            "devices": [row.device for row in one.registrations.all()],
        }
        for one in passes.select_related("ticket__order").prefetch_related("registrations")
    ]
    return {"wallet_passes": found}
