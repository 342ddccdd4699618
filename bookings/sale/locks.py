"""Every lock of the sale stands here, and every query that takes one, written by hand.

The rules: lock what you make less available, in one statement, in primary-key order, once in a
transaction. Buyers never queue for a place that somebody else is taking (`skip_locked`); only an
owner waits for what is their own. A hold's row stands for the hold, its order and its tickets:
whoever changes one of them locks that row first. The order of locking, for those who need more
than one kind: payment, customer, hold, buyer, places.

By hand, because these run in every purchase of a rush (see `core.database.rows`).
"""

import hashlib

from core.database.rows import fetch, run

from ..models import Hold, Place
from .clauses import HELD, HOLDS, OPEN, PLACES

NAMES = """
SELECT pg_advisory_xact_lock(key), clock_timestamp() FROM unnest(%(keys)s::bigint[]) AS key
"""
IN_ORDER = " ORDER BY bookings_{table}.id{most} FOR UPDATE OF bookings_{table}"


def lock_customer(customer, household=None):
    """Let the requests of one customer for places pass one at a time. Nobody else waits.

    With a `household` (see `waitingroom.households`) those of all its people at the performance
    do, so that its limit is counted in turn.
    Returns the database's time once the lock is had: the clock by which the caller decides.
    """
    names = customer.lock_names
    return _lock_names([*names, f"household:{household.name}"] if household else names)


def lock_buyer(*, performance_id, email, user=None):
    """Let the orders of one address, and of one account, at a performance be counted in turn.

    Returns the database's time once the lock is had.
    """
    names = [f"buyer:{performance_id}:{email}"]
    return _lock_names([*names, f"buyer:{performance_id}:user:{user.pk}"] if user else names)


def database_now():
    """Return the database's time, by which every process decides."""
    return run("SELECT clock_timestamp()", {})[0][0]


def lock_open_seats(*, performance_id, seat_ids, now=None):
    """Lock those of the seats' places that are open, without waiting for any."""
    where = f"performance_id = %(performance)s AND seat_id = ANY(%(seats)s) AND {OPEN}"
    return _lock_places(
        where, skip_locked=True, performance=performance_id, seats=list(seat_ids), now=now
    )


def lock_open_standing(*, performance_id, section_id, quantity, now=None):
    """Lock any `quantity` open standing places of the section, or fewer if there are no more."""
    where = (
        "performance_id = %(performance)s AND section_id = %(section)s AND seat_id IS NULL"
        f" AND state IN ('available', 'held') AND {OPEN}"
    )
    return _lock_places(
        where,
        skip_locked=True,
        most=quantity,
        performance=performance_id,
        section=section_id,
        now=now,
    )


def lock_places_of(hold, now=None):
    """Lock the places that the hold still has."""
    return _lock_places(HELD, hold=hold.pk, now=now)


def lock_places_marked(hold):
    """Lock the places that are still marked as the hold's, in time or not."""
    return _lock_places("hold_id = %(hold)s", hold=hold.pk)


def lock_places_for(order):
    """Lock the places that the order asks for, and all that its hold has beside them."""
    ids = [line["place"] for line in order.quote]
    return _lock_places("(id = ANY(%(ids)s) OR hold_id = %(hold)s)", ids=ids, hold=order.hold_id)


def lock_places(place_ids):
    """Lock these places whatever their state. Waits: for owners, and for staff."""
    return _lock_places("id = ANY(%(ids)s)", ids=list(place_ids))


def lock_lapsed_places(hold_ids, now=None):
    """Lock the places of lapsed holds that are still marked as theirs, without waiting."""
    where = f"hold_id = ANY(%(holds)s) AND {OPEN}"
    return _lock_places(where, skip_locked=True, holds=list(hold_ids), now=now)


def lock_lapsed_holds(batch):
    """Lock up to `batch` holds whose time has passed, passing over those another sweeper has."""
    where = "WHERE status = 'open' AND expires_at <= now()"
    return _lock_holds(where, skip_locked=True, most=batch)


def lock_hold(*, pk=None, reference=None):
    """Lock one hold, by primary key or by its order's reference. Raises `Hold.DoesNotExist`."""
    if pk is not None:
        found = _lock_holds("WHERE id = %(pk)s", pk=pk)
    else:
        # Not a join: planned while there are no orders yet, it would go through all of both.
        named = "WHERE id = (SELECT hold_id FROM bookings_order WHERE reference = %(key)s)"
        found = _lock_holds(named, key=reference)
    if not found:
        raise Hold.DoesNotExist
    return found[0]


def lock_open_holds(customer):
    """Lock all holds of the customer that are still open, lapsed or not."""
    if customer.user is None:
        return _lock_holds(
            "WHERE visitor = %(visitor)s AND status = 'open'", visitor=customer.visitor
        )
    where = "WHERE (visitor = %(visitor)s OR user_id = %(user)s) AND status = 'open'"
    return _lock_holds(where, visitor=customer.visitor, user=customer.user.pk)


def _lock_places(where, **values):
    return _lock(Place, PLACES + where, "place", **values)


def _lock_holds(where, **values):
    return _lock(Hold, HOLDS + where, "hold", **values)


def _lock(model, query, table, *, skip_locked=False, most=None, **values):
    # The number is part of the text. A statement whose limit is not known before it is run is
    # planned as if a tenth of all rows were asked for: it would read the whole table in order.
    limit = f" LIMIT {int(most)}" if most is not None else ""
    query += IN_ORDER.format(table=table, most=limit) + (" SKIP LOCKED" if skip_locked else "")
    return fetch(model, query, values)


def _lock_names(names):
    # In one fixed order, so that two who need the same names cannot wait for each other.
    rows = run(NAMES, {"keys": sorted({_lock_number(name) for name in names})})
    return rows[-1][1]


def _lock_number(name):
    digest = hashlib.blake2b(name.encode(), digest_size=8, person=b"concert.customer").digest()
    return int.from_bytes(digest, "big", signed=True)
