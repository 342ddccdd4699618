"""Staff controls of a running queue. Each locks the waiting room and may be repeated."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from organisation.translations import save_translations, translations_of

from .admission import open_room
from .models import WaitingRoom
from .rooms import clear_room_cache


def open_now(*, room: WaitingRoom) -> WaitingRoom:
    """Open the queue regardless of the on-sale date, or reopen a closed one."""
    open_room(room.pk, only_if_due=False)
    return _set(room, closed_at=None, is_paused=False)


def pause(*, room: WaitingRoom) -> WaitingRoom:
    """Admit nobody until `resume`. Buyers who were admitted keep their sessions."""
    return _set(room, is_paused=True)


def resume(*, room: WaitingRoom) -> WaitingRoom:
    """Admit visitors again after `pause`."""
    return _set(room, is_paused=False)


def close(*, room: WaitingRoom) -> WaitingRoom:
    """End the queue: nobody can join and nobody is admitted any more."""
    return _set(room, closed_at=timezone.now())


def set_pace(*, room: WaitingRoom, capacity: int, rate: int | None) -> WaitingRoom:
    """Set the maximum of concurrent buyers and of admissions per minute (None: no limit)."""
    return _set(room, capacity=capacity, rate=rate)


def announce(
    *, room: WaitingRoom, message: str, translations: Mapping[str, str] | None = None
) -> WaitingRoom:
    """Show a message to everyone waiting; an empty message removes it.

    `translations` are texts by language, for visitors who read the site in it.
    """
    message = message.strip()
    if message and translations is not None:
        stored = translations_of([message]).get(message, {})
        save_translations({message: {**stored, **translations}})
    return _set(room, message=message)


def _set(room: WaitingRoom, **fields: Any) -> WaitingRoom:
    with transaction.atomic(durable=True):
        room = WaitingRoom.objects.select_for_update(of=("self",)).get(pk=room.pk)
        for name, value in fields.items():
            setattr(room, name, value)
        room.save(update_fields=list(fields))
    clear_room_cache()
    room.refresh_from_db()
    return room
