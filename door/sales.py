"""Sell at the door: best available or standing, paid in cash or by card terminal, or free."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from bookings.exceptions import NoMatchingPlaces, PlacesUnavailable
from bookings.models import Hold, Order, Place
from bookings.sale.concessions import choose_concessions
from bookings.sale.customers import Customer
from bookings.sale.holds import hold_standing
from bookings.sale.orders import place_order
from bookings.sale.quotes import quote_hold
from bookings.sale.release import release_hold
from bookings.sale.reservations import reserve_order
from bookings.seat_selection.best_available import best_available
from bookings.seat_selection.holding import hold_best
from bookings.seatmap.availability import availability_of
from bookings.staff_operations.comps import issue_comps
from core.email_addresses import lookup_email
from organisation.models import Channel
from payments.charges import settle_payment, start_payment
from payments.models import Payment
from shows.models import Performance
from shows.terms import terms_of
from venues.drawing import drawing_of

ATTEMPTS = 5
DOOR = "door:"  # What the visitor ids of sales at the door begin with.


class Method(models.TextChoices):
    """How a sale is paid: the names of the payment providers at the door."""

    CASH = "cash", gettext_lazy("Cash")
    TERMINAL = "terminal", gettext_lazy("Card terminal")


@dataclass(frozen=True)
class DoorSaleRequest:
    """What to sell: standing places of a `section`, else the best available seats, of one category
    or of any. `concession` is an id, or None."""

    quantity: int
    section: int | None = None
    category: str | None = None
    concession: int | None = None


@dataclass(frozen=True)
class DoorCustomer(Customer):
    """The customer of one sale at the door. Each sale has a visitor id of its own."""

    pays_online: bool = False
    channel: Channel = Channel.DOOR
    staff: User | None = None

    @property
    def actor(self) -> str:
        return f"staff:{self.staff.pk}" if self.staff else ""

    @property
    def may_book(self) -> bool:
        return True


def start_sale(
    *,
    performance_id: int,
    request: DoorSaleRequest,
    staff: User,
    key: str,
    name: str = "",
    email: str = "",
) -> Order:
    """Reserve places and return their order, which awaits payment (or is paid, if it is free).

    The customer limit and the on-sale period don't apply. `key` identifies the sale: the same one
    sent twice gives the same order. No e-mail is sent without `email`. Raises `NoMatchingPlaces`,
    `PlacesUnavailable`, `NotOnSale`.
    """
    customer = DoorCustomer(visitor=f"{DOOR}{key}"[:40], staff=staff)
    order = Order.objects.filter(visitor=customer.visitor).first()
    if order is not None:
        return order
    hold = _hold(performance_id, request, customer)
    return place_order(
        hold=hold,
        quote_token=quote_hold(hold).token,
        customer=customer,
        enforce_limits=False,
        name=name or str(_("Sold at the door")),
        email=email,
    )


def take_payment(*, order: Order, method: str, staff: User) -> Order:
    """Record that a member of staff has taken the order's payment; return the order.

    May be repeated. Cash goes into the open till of `staff`: raises `NoOpenTill` without one. If
    the reservation has expired and the places were sold meanwhile, the order is not paid and a
    refund is queued, for `staff` to pay out.
    """
    if not order.is_confirmed:
        settle_payment(_payment(order, method), taken_by=f"staff:{staff.pk}")
    return Order.objects.get(pk=order.pk)


def sell_on_transfer(
    *, order: Order, email: str, name: str, payable_until: datetime, staff: User
) -> Order:
    """Reserve the places of a sale until it is paid by bank transfer; return the order.

    The customer gets an e-mail with the bank account, later the tickets: `email` is needed. May be
    repeated. Raises what `reserve_order` raises.
    """
    Order.objects.pending().filter(pk=order.pk).update(email=lookup_email(email), name=name)
    return reserve_order(order=order, payable_until=payable_until, actor=f"staff:{staff.pk}")


def cancel_sale(*, order: Order, staff: User) -> None:
    """Release the places of an order that awaits payment. May be repeated."""
    if not order.is_confirmed:
        release_hold(hold=order.hold, actor=f"staff:{staff.pk}")


def started_here(order: Order) -> bool:
    """Return whether it is a sale at the door."""
    return order.visitor.startswith(DOOR)


def sell_comps(
    *,
    performance_id: int,
    request: DoorSaleRequest,
    staff: User,
    key: str,
    reason: str,
    name: str = "",
    email: str = "",
) -> Order:
    """Issue complimentary tickets, with other places if the first ones are taken meanwhile.

    `key` is as in `start_sale`. Raises `NoMatchingPlaces`, `PlacesUnavailable`, `NotOnSale`.
    """
    performance = Performance.objects.get(pk=performance_id)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return issue_comps(
                performance=performance,
                place_ids=_open_places(performance, request),
                actor=f"staff:{staff.pk}",
                reason=reason,
                request_key=key,
                name=name or str(_("Sold at the door")),
                email=email,
            )
        except PlacesUnavailable:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError


def _hold(performance_id: int, request: DoorSaleRequest, customer: DoorCustomer) -> Hold:
    options: dict[str, Any] = {
        "performance_id": performance_id,
        "quantity": request.quantity,
        "customer": customer,
        "enforce_limits": False,
    }
    if request.section:
        hold = hold_standing(**options, section_id=request.section).hold
    else:
        categories = [request.category] if request.category else None
        hold = hold_best(**options, categories=categories).hold
    if request.concession:
        places = Place.objects.held_by(hold).values_list("pk", flat=True)
        chosen = dict.fromkeys(places, request.concession)
        hold = choose_concessions(hold=hold, chosen=chosen)
    return hold


def _payment(order: Order, method: str) -> Payment:
    show = terms_of(order.performance_id).show_title
    return start_payment(
        purpose=order.reference,
        amount=order.total,
        currency=order.currency,
        description=_("%(show)s, at the door") % {"show": show},
        return_url="/door/",
        provider=method,
    )


def _open_places(performance: Performance, request: DoorSaleRequest) -> list[int]:
    places = Place.objects.open_at().filter(performance=performance)
    if request.section:
        places = places.standing().filter(section_id=request.section)
        found = list(places.values_list("pk", flat=True)[: request.quantity])
    else:
        choice = best_available(
            drawing=drawing_of(performance.plan_id),
            availability=availability_of(performance.pk),
            quantity=request.quantity,
            categories=[request.category] if request.category else None,
            released=terms_of(performance.pk).accessible_released,
        )
        seats = choice.seat_ids if choice else ()
        found = list(places.filter(seat__in=seats).values_list("pk", flat=True))
    if len(found) < request.quantity:
        raise NoMatchingPlaces(request.quantity)
    return found
