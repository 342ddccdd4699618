"""Opening a room: from then on everybody has a position."""

from django.db import transaction
from django.db.models.functions import Now

from .models import WaitingRoom
from .rooms import forget_rooms
from .sequence import highest_numbers


def open_room(performance_id, *, only_if_due=True):
    """Draw the lots and let the queue move; True if this call did it.

    Repeatable. Locks the room. Whoever joined before has a lot among `Lane.drawn`; numbers given
    out from now on are higher than any given out before, and stand behind.
    """
    room = WaitingRoom.objects.prefetch_related("lanes").get(pk=performance_id)
    highest = highest_numbers(room.lanes.all())
    with transaction.atomic(durable=True):
        rooms = WaitingRoom.objects.select_for_update().filter(pk=performance_id, opened_at=None)
        if only_if_due:
            rooms = rooms.filter(performance__on_sale_from__lte=Now())
        room = rooms.first()
        if room is None:
            return False
        for lane in room.lanes.select_for_update():
            if room.draws_lots:
                # At least one if anybody can have come, so that they have where to stand.
                lane.drawn = max(highest.get(lane.pk, 0), lane.seen, min(lane.issued_to, 1))
                lane.late_from = lane.seen = lane.issued_to
                lane.generation += 1
                lane.save(update_fields=["drawn", "late_from", "seen", "generation"])
        WaitingRoom.objects.filter(pk=performance_id).update(opened_at=Now())
    forget_rooms()
    return True
