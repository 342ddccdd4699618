"""Every lock of a purchase.

The rules: lock what you make less available, in one statement, in primary-key order, once in a
transaction. Buyers never wait for a place that another buyer is taking (`skip_locked`); only the
owner of a hold, and staff, wait. A hold's row stands for the hold, its order and its tickets: to
change one of them, lock that row first. Several kinds of locks are taken in this order: payment,
customer, hold, buyer, places.

All of them run in every purchase, so they are prepared (see `core.database.prepared`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet, Subquery

from accounts.models import User
from core.database.locks import lock_names
from core.database.prepared import Param, prepared
from waitingroom.households import Household

from ..models import Hold, Order, Place
from .customers import Customer

M = TypeVar("M", bound=Model)


def lock_customer(customer: Customer, household: Household | None = None) -> datetime:
    """Serialize the hold requests of one customer. Nobody else waits.

    With a `household` (see `waitingroom.households`), also those of all its people at the
    performance, so that its limit is counted one request at a time. Return the database's time
    once the lock is held, by which the caller judges expiry.
    """
    names = customer.lock_names
    if household:
        names.append(f"household:{household.name}")
    return lock_names(*names)


def lock_buyer(*, performance_id: int, email: str, user: User | None = None) -> datetime:
    """Serialize the orders of one address, and of one account, at a performance.

    Return the database's time once the lock is held.
    """
    names = [f"buyer:{performance_id}:{email}"]
    if user:
        names.append(f"buyer:{performance_id}:user:{user.pk}")
    return lock_names(*names)


def lock_open_seats(*, performance_id: int, seat_ids: Iterable[int], now: datetime) -> list[Place]:
    """Lock those of the seats' places that are open at `now`, without waiting for any."""
    return _open_seats().all(performance=performance_id, seats=list(seat_ids), now=now)


def lock_open_standing(
    *, performance_id: int, section_id: int, quantity: int, now: datetime
) -> list[Place]:
    """Lock any `quantity` open standing places of the section, or fewer if there are no more."""
    return _open_standing(quantity).all(performance=performance_id, section=section_id, now=now)


def lock_held_places(hold: Hold, now: datetime) -> list[Place]:
    """Lock the places that the hold still has at `now`."""
    return _held_places().all(hold=hold.pk, now=now)


def lock_places_of_hold(hold: Hold) -> list[Place]:
    """Lock the places whose state names this hold, whether or not its time has passed."""
    return _places_of_hold().all(hold=hold.pk)


def lock_places_for_order(order: Order) -> list[Place]:
    """Lock the places in the order's quote and all others of its hold."""
    ids = [line["place"] for line in order.quote]
    return _places_for_order().all(ids=ids, hold=order.hold_id)


def lock_places(place_ids: Iterable[int]) -> list[Place]:
    """Lock these places whatever their state, waiting for others."""
    return _places().all(ids=list(place_ids))


def lock_places_of_performance(performance_id: int) -> list[Place]:
    """Lock all places of a performance, waiting for others."""
    return _places_of_performance().all(performance=performance_id)


def lock_holds_with_places(performance_id: int) -> list[Hold]:
    """Lock the holds that have places of the performance, waiting for others."""
    return _holds_with_places().all(performance=performance_id)


def lock_lapsed_places(hold_ids: Iterable[int], now: datetime) -> list[Place]:
    """Lock the places that still name these lapsed holds, without waiting."""
    return _lapsed_places().all(holds=list(hold_ids), now=now)


def lock_lapsed_holds(batch: int) -> list[Hold]:
    """Lock up to `batch` holds whose time has passed, skipping those of another sweeper."""
    return _lapsed_holds(batch).all()


def lock_hold(*, pk: int | None = None, reference: str = "") -> Hold:
    """Lock one hold, by primary key or by its order's reference. Raises `Hold.DoesNotExist`."""
    if pk is not None:
        hold = _hold().first(pk=pk)
    else:
        hold = _hold_of_order().first(reference=reference)
    if hold is None:
        raise Hold.DoesNotExist
    return hold


def lock_open_holds(customer: Customer) -> list[Hold]:
    """Lock all holds of the customer that are still open, lapsed or not."""
    if customer.user is None:
        return _open_holds(has_user=False).all(visitor=customer.visitor)
    return _open_holds(has_user=True).all(visitor=customer.visitor, user=customer.user.pk)


def _for_update(queryset: QuerySet[M], *, skip_locked: bool = False) -> QuerySet[M]:
    return queryset.select_for_update(skip_locked=skip_locked, of=("self",)).order_by("pk")


@prepared
def _open_seats() -> QuerySet[Place]:
    places = Place.objects.open_at(Param("now")).filter(
        performance=Param("performance"), seat_id__any=Param("seats")
    )
    return _for_update(places, skip_locked=True)


@prepared
def _open_standing(quantity: int) -> QuerySet[Place]:
    places = Place.objects.standing_to_sell().filter(
        performance=Param("performance"), section=Param("section")
    )
    # The limit is part of the text: the server plans an unknown limit as a tenth of all rows, and
    # would read the whole table in order.
    return _for_update(places.open_at(Param("now")), skip_locked=True)[:quantity]


@prepared
def _held_places() -> QuerySet[Place]:
    return _for_update(Place.objects.held_by(Param("hold"), Param("now")))


@prepared
def _places_of_hold() -> QuerySet[Place]:
    return _for_update(Place.objects.filter(hold=Param("hold")))


@prepared
def _places_for_order() -> QuerySet[Place]:
    return _for_update(Place.objects.filter(Q(pk__any=Param("ids")) | Q(hold=Param("hold"))))


@prepared
def _places() -> QuerySet[Place]:
    return _for_update(Place.objects.filter(pk__any=Param("ids")))


@prepared
def _places_of_performance() -> QuerySet[Place]:
    return _for_update(Place.objects.filter(performance=Param("performance")))


@prepared
def _holds_with_places() -> QuerySet[Hold]:
    held = Place.objects.filter(performance=Param("performance"), hold__isnull=False)
    return _for_update(Hold.objects.filter(pk__in=held.values("hold")))


@prepared
def _lapsed_places() -> QuerySet[Place]:
    places = Place.objects.open_at(Param("now")).filter(hold_id__any=Param("holds"))
    return _for_update(places, skip_locked=True)


@prepared
def _lapsed_holds(batch: int) -> QuerySet[Hold]:
    return _for_update(Hold.objects.lapsed(), skip_locked=True)[:batch]


@prepared
def _hold() -> QuerySet[Hold]:
    return _for_update(Hold.objects.filter(pk=Param("pk")))


@prepared
def _hold_of_order() -> QuerySet[Hold]:
    # Not a join: planned while there are no orders yet, it would read all of both tables.
    orders = Order.objects.filter(reference=Param("reference")).order_by()
    return _for_update(Hold.objects.filter(pk=Subquery(orders.values("hold_id"))))


@prepared
def _open_holds(has_user: bool) -> QuerySet[Hold]:
    user: Any = Param("user") if has_user else None
    return _for_update(Hold.objects.open_for(visitor=Param("visitor"), user=user))
