"""Block places (take them off sale) and unblock them."""

from collections.abc import Iterable

from django.db import transaction

from core.database.locks import database_now
from shows.models import Performance
from venues.drawing import drawing_of

from ..exceptions import CannotBlock
from ..ledger.recording import record
from ..models import AllocatedPlace, LedgerEntry, Place
from ..sale import locks
from ..sale.quotes import place_label


def block_places(
    *, performance: Performance, place_ids: Iterable[int], actor: str, reason: str = ""
) -> list[Place]:
    """Block places until they are unblocked; return those that changed.

    Places that are blocked already are skipped. Locks the places. Raises `CannotBlock` (and blocks
    nothing) if some are in a basket or sold.
    """
    with transaction.atomic(durable=True):
        return block_in_transaction(performance, place_ids, actor, reason)


def unblock_places(
    *, performance: Performance, place_ids: Iterable[int], actor: str, reason: str = ""
) -> list[Place]:
    """Put blocked places back on sale; return them. Skips others. Locks the places."""
    with transaction.atomic(durable=True):
        return unblock_in_transaction(performance, place_ids, actor, reason)


def block_in_transaction(
    performance: Performance,
    place_ids: Iterable[int],
    actor: str,
    reason: str,
    *,
    guest_hold: str = "",
) -> list[Place]:
    """As `block_places`, in the caller's transaction.

    With the name of a `guest_hold` the log says so, also of places that were blocked already.
    """
    places = _lock_own(performance, place_ids)
    now = database_now()
    busy = [place for place in places if not place.is_open(now) and not _is_blocked(place)]
    if busy:
        drawing = drawing_of(performance.plan_id)
        raise CannotBlock([place_label(place, drawing) for place in busy])
    changing = [place for place in places if not _is_blocked(place)]
    if changing:
        Place.objects.filter(pk__in=_ids(changing)).block()
    if recorded := places if guest_hold else changing:
        detail = {"guest_hold": guest_hold} if guest_hold else {}
        _record(LedgerEntry.Kind.BLOCK, performance, recorded, actor, reason, **detail)
    return changing


def unblock_in_transaction(
    performance: Performance, place_ids: Iterable[int], actor: str, reason: str
) -> list[Place]:
    """As `unblock_places`, in the caller's transaction."""
    changing = [p for p in _lock_own(performance, place_ids) if _is_blocked(p)]
    remove_from_allocations(_ids(changing))
    if changing:
        Place.objects.filter(pk__in=_ids(changing)).make_available()
        _record(LedgerEntry.Kind.UNBLOCK, performance, changing, actor, reason)
    return changing


def remove_from_allocations(place_ids: Iterable[int]) -> None:
    """Remove places from their allocations. The caller has locked them."""
    AllocatedPlace.objects.filter(place__in=place_ids).delete()


def _lock_own(performance, place_ids):
    return [p for p in locks.lock_places(place_ids) if p.performance_id == performance.pk]


def _is_blocked(place):
    return place.state == Place.State.BLOCKED


def _ids(places):
    return [place.pk for place in places]


def _record(kind, performance, places, actor, reason, **detail):
    record(
        kind,
        performance_id=performance.pk,
        actor=actor,
        places=_ids(places),
        detail={"reason": reason, **detail} if reason else detail,
    )
