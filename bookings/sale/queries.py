"""Reads of every purchase, except its locks, as prepared queries (`core.database.prepared`)."""

from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet, Value
from django.db.models.functions import Now

from accounts.models import User
from core.database.prepared import Param, prepared
from shows.models import Performance

from ..models import Hold, Order, Place, Ticket, TicketChange
from .customers import Customer


def find_basket(token: str, customer: Customer) -> Hold | None:
    """Return the customer's hold with this token, or None.

    It has `now` (see `HoldQuerySet.for_basket`), and `order_reference`, `order_email`,
    `order_name` and `order_details` of its order, each None if there is none.
    """
    if customer.user is None:
        return _basket(has_user=False).first(token=token, visitor=customer.visitor)
    return _basket(has_user=True).first(
        token=token, visitor=customer.visitor, user=customer.user.pk
    )


def find_order(reference: str) -> Order | None:
    """Return the order with this reference, or None."""
    return _order_by_reference().first(reference=reference)


def order_of_hold(hold: Hold) -> Order | None:
    """Return the hold's order, or None."""
    return _order_of_hold().first(hold=hold.pk)


def order_to_fulfil(hold: Hold) -> tuple[Order, datetime, str]:
    """Return the order of a locked hold, the database's time, and the performance's status."""
    order: Any = _order_to_fulfil().first(hold=hold.pk)
    if order is None:
        raise Order.DoesNotExist
    return order, order.now, order.performance_status


def is_confirmed(order: Order) -> bool:
    """Return whether the order has been paid by now, whatever its caller has read before."""
    return _confirmed().first(order=order.pk) is not None


def tickets_of_order(order: Order) -> list[Ticket]:
    """Return the order's tickets, valid ones first, in the order of the seating plan."""
    return _tickets().all(order=order.pk)


def pending_change(order: Order) -> TicketChange | None:
    """Return the change of the order's tickets that awaits its payment, or None."""
    return _pending_change().first(order=order.pk)


def held_places(hold: Hold) -> list[Place]:
    """Return the places that the hold has now, in the order of the plan."""
    return _held_places().all(hold=hold.pk)


def performance_status(performance_id: int) -> str | None:
    """Return the performance's status from the database, not from the cached terms."""
    return _performance_status().first(performance=performance_id)


def count_other_places(hold: Hold, *, email: str, user: User | None, now: datetime) -> int:
    """Count what the customer has, or is paying for, at the performance beside this hold."""
    values = {"performance": hold.performance_id, "hold": hold.pk, "email": email, "now": now}
    if user is None:
        orders = _other_orders(has_user=False).all(**values)
    else:
        orders = _other_orders(has_user=True).all(**values, user=user.pk)
    return sum(quantity for _pk, quantity in orders)


def count_held_elsewhere(
    *, performance_id: int, household: str, visitor: str, now: datetime
) -> int:
    """Count the places in the live baskets of a household, without the visitor's own."""
    count = _held_elsewhere().first(
        performance=performance_id, household=household, visitor=visitor, now=now
    )
    return count or 0


@prepared
def _basket(has_user: bool) -> QuerySet[Hold]:
    visitor: Any = Param("visitor")
    user: Any = Param("user") if has_user else None
    holds = Hold.objects.made_by(Customer(visitor, user))
    return (
        holds.filter(token=Param("token"))
        .for_basket()
        .order_by()
        .annotate(
            order_reference=F("order__reference"),
            order_email=F("order__email"),
            order_name=F("order__name"),
            order_details=F("order__details"),
        )
    )


@prepared
def _order_by_reference() -> QuerySet[Order]:
    return Order.objects.filter(reference=Param("reference")).order_by()


@prepared
def _order_of_hold() -> QuerySet[Order]:
    return Order.objects.filter(hold=Param("hold")).order_by()


@prepared
def _order_to_fulfil() -> QuerySet[Order]:
    orders = Order.objects.filter(hold=Param("hold")).order_by()
    return orders.annotate(now=Now(), performance_status=F("performance__status"))


@prepared
def _confirmed() -> QuerySet[Order, int]:
    orders = Order.objects.confirmed().filter(pk=Param("order")).order_by()
    return orders.values_list("pk", flat=True)


@prepared
def _tickets() -> QuerySet[Ticket]:
    return Ticket.objects.filter(order=Param("order")).in_plan_order()


@prepared
def _pending_change() -> QuerySet[TicketChange]:
    changes = TicketChange.objects.filter(order=Param("order")).order_by()
    return changes.pending()


@prepared
def _held_places() -> QuerySet[Place]:
    return Place.objects.held_by(Param("hold")).order_by("pk")


@prepared
def _performance_status() -> QuerySet[Performance, str]:
    performances = Performance.objects.filter(pk=Param("performance")).order_by()
    return performances.values_list("status", flat=True)


@prepared
def _other_orders(has_user: bool) -> QuerySet[Order, tuple[int, int]]:
    orders = Order.objects.counting(Param("now")).filter(performance=Param("performance"))
    others = orders.exclude(hold=Param("hold")).order_by().values_list("pk", "quantity")
    of_address = others.filter(email=Param("email"))
    # A union rather than an OR, which would read all orders of the performance.
    return of_address.union(others.filter(user=Param("user"))) if has_user else of_address


@prepared
def _held_elsewhere() -> QuerySet[Place, int]:
    holds = Hold.objects.live(Param("now")).exclude(household="").exclude(visitor=Param("visitor"))
    places = Place.objects.held_at(Param("now")).filter(
        hold__in=holds.filter(performance=Param("performance"), household=Param("household"))
    )
    # One group of all rows: an aggregate that stays a queryset.
    groups = places.order_by().values(group=Value(1))
    return groups.annotate(number=Count("pk")).values_list("number", flat=True)
