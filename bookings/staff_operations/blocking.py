"""Taking places off sale for the house, and putting them back."""

from django.db import transaction

from venues.drawing import drawing_of

from ..exceptions import CannotBlock
from ..ledger.recording import record
from ..models import AllocatedPlace, LedgerEntry, Place
from ..sale import locks
from ..sale.quotes import place_label


def block_places(*, performance, place_ids, actor, reason=""):
    """Block the open places among these; nobody can hold them until they are unblocked.

    Locks the places. When some are held or sold nothing is blocked, and `CannotBlock` names them.
    Places blocked already stay so.
    """
    with transaction.atomic(durable=True):
        return block_all(performance, place_ids, actor, reason)


def unblock_places(*, performance, place_ids, actor, reason=""):
    """Put blocked places back on sale. Others are passed over. Locks the places."""
    with transaction.atomic(durable=True):
        return unblock_all(performance, place_ids, actor, reason)


def block_all(performance, place_ids, actor, reason):
    """Do what `block_places` does, inside the caller's transaction."""
    places = _lock_own(performance, place_ids)
    now = locks.database_now()
    busy = [place for place in places if not place.is_open(now) and not _is_blocked(place)]
    if busy:
        drawing = drawing_of(performance.plan_id)
        raise CannotBlock([place_label(place, drawing) for place in busy])
    changing = [place for place in places if not _is_blocked(place)]
    if changing:
        Place.objects.filter(pk__in=_ids(changing)).block()
        _record(LedgerEntry.Kind.BLOCK, performance, changing, actor, reason)
    return changing


def unblock_all(performance, place_ids, actor, reason):
    """Do what `unblock_places` does, inside the caller's transaction."""
    changing = [p for p in _lock_own(performance, place_ids) if _is_blocked(p)]
    leave_allocations(_ids(changing))
    if changing:
        Place.objects.filter(pk__in=_ids(changing)).make_available()
        _record(LedgerEntry.Kind.UNBLOCK, performance, changing, actor, reason)
    return changing


def leave_allocations(place_ids):
    """Let places that are blocked no more belong to no allocation. The caller has locked them."""
    AllocatedPlace.objects.filter(place__in=place_ids).delete()


def _lock_own(performance, place_ids):
    return [p for p in locks.lock_places(place_ids) if p.performance_id == performance.pk]


def _is_blocked(place):
    return place.state == Place.State.BLOCKED


def _ids(places):
    return [place.pk for place in places]


def _record(kind, performance, places, actor, reason):
    record(
        kind,
        performance_id=performance.pk,
        actor=actor,
        places=_ids(places),
        detail={"reason": reason} if reason else {},
    )
