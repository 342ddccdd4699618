"""What staff do to a queue while it runs. Each locks the room, and may be repeated."""

from django.db import transaction
from django.utils import timezone

from .models import WaitingRoom
from .opening import open_room
from .rooms import forget_rooms


def open_now(*, room):
    """Let the queue move from now on, whatever the calendar says of the sale; or again."""
    open_room(room.pk, only_if_due=False)
    return _set(room, closed_at=None, is_paused=False)


def pause(*, room):
    """Call nobody and let nobody in, until `resume`. Those who are in go on choosing."""
    return _set(room, is_paused=True)


def resume(*, room):
    return _set(room, is_paused=False)


def close(*, room):
    """End the queue: nobody joins and nobody is let in any more."""
    return _set(room, closed_at=timezone.now())


def set_pace(*, room, capacity, rate):
    """Let in more or fewer: so many at once, and so many a minute at most (None: no limit)."""
    return _set(room, capacity=capacity, rate=rate)


def announce(*, room, message):
    """Tell everybody who waits; an empty message takes the last one back."""
    return _set(room, message=message.strip())


def _set(room, **fields):
    with transaction.atomic(durable=True):
        room = WaitingRoom.objects.select_for_update(of=("self",)).get(pk=room.pk)
        for name, value in fields.items():
            setattr(room, name, value)
        room.save(update_fields=list(fields))
    forget_rooms()
    room.refresh_from_db()
    return room
