"""Every lock of the sale stands here.

The rules: lock what you make less available, in one statement, in primary-key order, once in a
transaction. Buyers never queue for a place that somebody else is taking (`skip_locked`); only an
owner waits for what is their own. Orders of locking, for those who need more than one kind:
customer, payment, order, places.
"""

import hashlib

from django.db import connection
from django.db.models import Q

from .models import Hold, Order, Place


def lock_customer(*names):
    """Let one customer's own requests pass one at a time, until the transaction ends.

    `names` identify the customer ("visitor:…", "user:12", "12:ann@example.org"); several are
    locked in one fixed order. Nobody else waits. Returns the database's time once the locks
    are had: the clock by which the caller decides.
    """
    keys = sorted({_lock_number(name) for name in names})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key), clock_timestamp() FROM unnest(%s::bigint[]) AS key",
            [keys],
        )
        return cursor.fetchall()[-1][1]


def lock_buyer(hold, *, email, customer=None):
    """Lock everything that names the buyer of a hold: visitor, account, and address.

    Whoever changes a hold or its order starts with this, so that none of them waits in a circle.
    """
    names = customer.lock_names if customer else []
    return lock_customer(*names, f"visitor:{hold.visitor}", f"{hold.performance_id}:{email}")


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


def lock_hold(hold_id):
    return _for_update(Hold.objects.filter(pk=hold_id)).get()


def lock_order(**lookup):
    """Lock one order, with its performance at hand. Raises `Order.DoesNotExist`."""
    return _for_update(Order.objects.select_related("performance").filter(**lookup)).get()


def _for_update(queryset, *, skip_locked=False):
    return queryset.order_by("pk").select_for_update(of=("self",), skip_locked=skip_locked)


def _lock_number(name):
    digest = hashlib.blake2b(name.encode(), digest_size=8, person=b"concert.customer").digest()
    return int.from_bytes(digest, "big", signed=True)
