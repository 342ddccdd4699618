"""What staff write down about an order, for each other."""

from django.db import transaction

from ..books.log import record
from ..models import Entry, Order
from ..sale import locks


def note_order(*, order, note, actor):
    """Replace the order's note, and keep in the log who wrote what. Locks the hold."""
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        changed = Order.objects.filter(pk=order.pk).exclude(note=note).update(note=note)
        if changed:
            record(
                Entry.Kind.NOTE,
                performance_id=order.performance_id,
                actor=actor,
                order=order.reference,
                detail={"reason": note},
            )
    return bool(changed)
