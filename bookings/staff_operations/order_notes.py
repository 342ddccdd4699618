"""Staff notes about an order."""

from django.db import transaction

from ..ledger.recording import record
from ..models import LedgerEntry, Order
from ..sale import locks


def add_note(*, order: Order, note: str, actor: str) -> bool:
    """Replace the order's note and log it; return whether it changed. Locks the hold."""
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        changed = Order.objects.filter(pk=order.pk).exclude(note=note).update(note=note)
        if changed:
            record(
                LedgerEntry.Kind.NOTE,
                performance_id=order.performance_id,
                actor=actor,
                order=order.reference,
                detail={"reason": note},
            )
    return bool(changed)
