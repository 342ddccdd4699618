"""Open a waiting room: from then on everyone in it has a position."""

from django.db import transaction
from django.db.models.functions import Now

from .models import WaitingRoom
from .rooms import clear_room_cache
from .sequence import highest_numbers


def open_room(performance_id: int, *, only_if_due: bool = True) -> bool:
    """Close the draw and start the queue; return whether this call did it.

    May be repeated. Locks the waiting room. Whoever joined before takes part in the draw, counted
    in `Lane.draw_size`; numbers issued from now on are higher than any before and come after it.
    """
    room = WaitingRoom.objects.prefetch_related("lanes").get(pk=performance_id)
    if room.opened_at is not None:
        return False
    highest = highest_numbers(room.lanes.all())
    with transaction.atomic(durable=True):
        rooms = WaitingRoom.objects.select_for_update().filter(pk=performance_id, opened_at=None)
        if only_if_due:
            rooms = rooms.filter(performance__on_sale_from__lte=Now())
        due = rooms.first()
        if due is None:
            return False
        for lane in due.lanes.select_for_update():
            if due.has_draw:
                # At least one if anyone may have joined, so that they have a position.
                lane.draw_size = max(highest.get(lane.pk, 0), lane.seen, min(lane.issued_to, 1))
                lane.draw_cutoff = lane.seen = lane.issued_to
                lane.generation += 1
                lane.save(update_fields=["draw_size", "draw_cutoff", "seen", "generation"])
        WaitingRoom.objects.filter(pk=performance_id).update(opened_at=Now())
    clear_room_cache()
    return True
