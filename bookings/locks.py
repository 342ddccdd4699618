"""Every lock of the sale stands here.

The rules: lock what you make less available, in one statement, in primary-key order, once in a
transaction. Buyers never queue for a place that somebody else is taking (`skip_locked`); only an
owner waits for what is their own. A hold's row stands for the hold, its order and its tickets:
whoever changes one of them locks that row first. The order of locking, for those who need more
than one kind: payment, customer, hold, buyer, places.
"""

import hashlib

from django.db import connection
from django.db.models import Q

from .models import Hold, Place


def lock_customer(customer):
    """Let the requests of one customer for places pass one at a time. Nobody else waits.

    Returns the database's time once the lock is had: the clock by which the caller decides.
    """
    return _lock_names(customer.lock_names)


def lock_buyer(*, performance_id, email, user=None):
    """Let the orders of one address, and of one account, at a performance be counted in turn.

    Returns the database's time once the lock is had.
    """
    names = [f"buyer:{performance_id}:{email}"]
    return _lock_names([*names, f"buyer:{performance_id}:user:{user.pk}"] if user else names)


def database_now():
    """Return the database's time, by which every process decides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def lock_open_seats(*, performance_id, seat_ids, now=None):
    """Lock those of the seats' places that are open, without waiting for any."""
    places = Place.objects.filter(performance_id=performance_id, seat_id__in=seat_ids)
    return list(_for_update(places.open_at(now), skip_locked=True))


def lock_open_standing(*, performance_id, section_id, quantity, now=None):
    """Lock any `quantity` open standing places of the section, or fewer if there are no more."""
    places = Place.objects.standing().filter(performance_id=performance_id, section_id=section_id)
    return list(_for_update(places.open_at(now), skip_locked=True)[:quantity])


def lock_places_of(hold, now=None):
    """Lock the places that the hold still has."""
    return list(_for_update(Place.objects.held_by(hold, now)))


def lock_places_marked(hold):
    """Lock the places that are still marked as the hold's, in time or not."""
    return list(_for_update(Place.objects.filter(hold=hold)))


def lock_places_for(order):
    """Lock the places that the order asks for, and all that its hold has beside them."""
    ids = [line["place"] for line in order.quote]
    return list(_for_update(Place.objects.filter(Q(pk__in=ids) | Q(hold=order.hold_id))))


def lock_places(place_ids):
    """Lock these places whatever their state. Waits: for owners, and for staff."""
    return list(_for_update(Place.objects.filter(pk__in=place_ids)))


def lock_lapsed_places(hold_ids, now=None):
    """Lock the places of lapsed holds that are still marked as theirs, without waiting."""
    places = Place.objects.filter(hold__in=hold_ids).open_at(now)
    return list(_for_update(places, skip_locked=True))


def lock_lapsed_holds(batch):
    """Lock up to `batch` holds whose time has passed, passing over those another sweeper has."""
    return list(_for_update(Hold.objects.lapsed(), skip_locked=True)[:batch])


def lock_hold(**lookup):
    """Lock one hold, and with it its order and tickets. Raises `Hold.DoesNotExist`."""
    return _for_update(Hold.objects.filter(**lookup)).get()


def lock_open_holds(customer):
    """Lock all holds of the customer that are still open, lapsed or not."""
    return list(_for_update(Hold.objects.made_by(customer).filter(status=Hold.Status.OPEN)))


def _for_update(queryset, *, skip_locked=False):
    return queryset.order_by("pk").select_for_update(of=("self",), skip_locked=skip_locked)


def _lock_names(names):
    # In one fixed order, so that two who need the same names cannot wait for each other.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key), clock_timestamp() FROM unnest(%s::bigint[]) AS key",
            [sorted({_lock_number(name) for name in names})],
        )
        return cursor.fetchall()[-1][1]


def _lock_number(name):
    digest = hashlib.blake2b(name.encode(), digest_size=8, person=b"concert.customer").digest()
    return int.from_bytes(digest, "big", signed=True)
