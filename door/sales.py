"""Sell at the door: best available or standing, paid in cash or by card terminal, or free."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.exceptions import NoMatchingPlaces, PlacesUnavailable
from bookings.models import Hold, Order, Place
from bookings.sale.concessions import choose_concessions
from bookings.sale.customers import StaffCustomer
from bookings.sale.holds import hold_standing
from bookings.sale.orders import place_order
from bookings.sale.quotes import quote_hold
from bookings.sale.reservations import reserve_order
from bookings.seat_selection.best_available import best_available
from bookings.seat_selection.holding import hold_best
from bookings.seatmap.availability import availability_of
from bookings.staff_operations.comps import issue_comps
from core.email_addresses import lookup_email
from organisation.current import current_organisation
from organisation.models import Channel
from shows.models import Performance
from shows.terms import terms_of
from venues.drawing import drawing_of

ATTEMPTS = 5
DOOR = "door:"  # Prefix of the visitor ids of sales at the door.


@dataclass(frozen=True)
class DoorSaleRequest:
    """What to sell: standing places of a `section`, or else the best available seats.

    Those are of one `category` or of any. `concession` is an id or None, `member` the account that
    gets members' prices.
    """

    quantity: int
    section: int | None = None
    category: str | None = None
    concession: int | None = None
    member: User | None = None


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
    visitor = f"{DOOR}{key}"[:40]
    customer = StaffCustomer(visitor=visitor, channel=Channel.DOOR, staff=staff)
    order = Order.objects.filter(visitor=customer.visitor).first()
    if order is not None:
        return order
    hold = _hold(performance_id, request, customer)
    language = current_organisation().language
    return place_order(
        hold=hold,
        quote_token=quote_hold(hold, request.member).token,
        # As at the counter, the order is in the member's account, the basket is not.
        customer=replace(customer, user=request.member),
        enforce_limits=False,
        name=name or _default_name(language),
        language=language,
        email=email,
    )


def save_answers(*, order: Order, details: Mapping[str, str]) -> None:
    """Keep the answers to the questions of the checkout until the tickets of a sale are issued."""
    Order.objects.pending().filter(pk=order.pk).update(details=dict(details))


def sell_on_transfer(
    *, order: Order, email: str, name: str, payable_until: datetime, staff: User
) -> Order:
    """Reserve the places of a sale until it is paid by bank transfer; return the order.

    The customer gets an e-mail with the bank account, later the tickets: `email` is needed. May be
    repeated. Raises what `reserve_order` raises.
    """
    Order.objects.pending().filter(pk=order.pk).update(email=lookup_email(email), name=name)
    return reserve_order(order=order, payable_until=payable_until, actor=f"staff:{staff.pk}")


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
    language = current_organisation().language
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return issue_comps(
                performance=performance,
                place_ids=_open_places(performance, request),
                actor=f"staff:{staff.pk}",
                reason=reason,
                request_key=key,
                name=name or _default_name(language),
                language=language,
                email=email,
            )
        except PlacesUnavailable:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError


def _default_name(language: str) -> str:
    with translation.override(language):
        return _("Sold at the door")


def _hold(performance_id: int, request: DoorSaleRequest, customer: StaffCustomer) -> Hold:
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
