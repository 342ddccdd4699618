"""Enqueue e-mails about an order, in its language and to its customer."""

from datetime import datetime
from typing import Any

from emails.outbox import enqueue_email

from .models import Order


def enqueue_order_email(order: Order, kind: str, *, key: str, **about: Any) -> None:
    """Enqueue one e-mail to the order's customer, in the caller's transaction.

    The same `key` enqueues once. `about` holds ids and references for the renderer of this `kind`
    (see `bookings.emails.orders`); the order's reference is added. An order without an address,
    sold at the counter, gets none.
    """
    enqueue_email(**order_email(order, kind, key=key, **about))


def order_email(
    order: Order, kind: str, *, key: str, due_at: datetime | None = None, **about: Any
) -> dict[str, Any]:
    """Return the e-mail as `emails.outbox.enqueue_emails` takes it."""
    return {
        "kind": kind,
        "key": key,
        "to": order.email,
        "user": order.user,
        "language": order.language,
        "about": {"order": order.reference, **about},
        "due_at": due_at,
    }
