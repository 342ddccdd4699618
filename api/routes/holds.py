"""Holding places: by seat, the best there are, or standing; reading, extending, giving back."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from django.http import Http404
from ninja import Field, Router, Schema, Status
from pydantic import model_validator

from bookings.exceptions import HoldLapsed, NoSuchPlaces
from bookings.models import Hold
from bookings.sale.concessions import choose_concessions
from bookings.sale.holds import extend_hold, hold_standing
from bookings.sale.quotes import quote_hold
from bookings.sale.release import release_hold, release_places
from bookings.seat_selection.holding import hold_best, hold_chosen_seats
from shows.terms import terms_of
from venues.drawing import drawing_of

from ..callers import ANYBODY, customer_of, visitor_token
from ..schemas import Id, Money, money, utc
from .catalogue import public_terms

router = Router(auth=ANYBODY)
Token = Annotated[str, Field(min_length=1, max_length=32)]
Quantity = Annotated[int, Field(ge=1, le=50)]


class Wish(Schema):
    """Exactly one of: `seats`; `best`; `section` with `quantity`."""

    seats: Annotated[list[Id], Field(min_length=1, max_length=50)] | None = None
    best: Quantity | None = None
    categories: Annotated[list[str], Field(max_length=20)] | None = None
    max_price: Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)] | None = None
    accessible: bool = False
    section: Id | None = Field(None, description="A standing section.")
    quantity: Quantity | None = Field(None, description="How many of it there are to be, in all.")

    @model_validator(mode="after")
    def one_way(self):
        ways = [self.seats is not None, self.best is not None, self.section is not None]
        if sum(ways) != 1 or (self.section is None) != (self.quantity is None):
            raise ValueError("Send seats, or best, or section with quantity.")
        return self


class Line(Schema):
    place: int
    seat: int | None
    label: str
    category: str
    concession: str
    price: Money
    fee: Money


class HoldOut(Schema):
    token: str
    performance: int
    status: str = Field(description="open, bought, released, lapsed")
    expires_at: datetime
    may_be_extended: bool
    time_zone: str
    lines: list[Line]
    total: Money
    quote: str = Field(description="Send it with the order: what you saw is what you buy.")
    gone: list[str] = Field([], description="Places that somebody else has just taken.")
    together: bool = Field(True, description="Whether the best places are side by side.")
    visitor: str | None = Field(None, description="For guests: send it as X-Visitor from now on.")
    order: str | None = None


class Concession(Schema):
    place: Id
    concession: Id | None = None


class ConcessionChoice(Schema):
    concessions: Annotated[list[Concession], Field(max_length=50)]


@router.post("/performances/{pk}/holds", response={201: HoldOut})
def make_hold(request, pk: Id, wish: Wish):
    """Hold places. They join the caller's live hold of this performance, if there is one."""
    public_terms(pk)
    customer = customer_of(request)
    gone, together = [], True
    if wish.best is not None:
        hold, together = _best(request, pk, wish, customer)
    elif wish.section is not None:
        hold = _standing(pk, wish, customer)
    else:
        _check_seats(pk, wish.seats)
        held = hold_chosen_seats(performance_id=pk, seat_ids=wish.seats, customer=customer)
        hold, gone = held.hold, held.unavailable
    hold = get_hold(customer, hold.token)
    return Status(201, hold_out(hold, customer, gone=gone, together=together))


@router.get("/holds/{token}", response=HoldOut)
def read_hold(request, token: Token):
    """Read a hold. 410 when its time has passed."""
    customer = customer_of(request)
    return hold_out(get_hold(customer, token), customer)


@router.post("/holds/{token}/extend", response=HoldOut)
def extend(request, token: Token):
    """Give the hold more time, once."""
    customer = customer_of(request)
    hold = get_hold(customer, token)
    extend_hold(hold=hold, actor=customer.actor)
    return hold_out(get_hold(customer, token), customer)


@router.post("/holds/{token}/concessions", response=HoldOut)
def concessions(request, token: Token, choice: ConcessionChoice):
    """Choose concessions for places; `null` for the full price."""
    customer = customer_of(request)
    chosen = {row.place: row.concession for row in choice.concessions}
    choose_concessions(hold=get_hold(customer, token), chosen=chosen)
    return hold_out(get_hold(customer, token), customer)


@router.delete("/holds/{token}", response={204: None})
def release(request, token: Token):
    """Give everything back at once. Repeating it does no harm."""
    customer = customer_of(request)
    release_hold(hold=get_hold(customer, token), actor=customer.actor)
    return Status(204, None)


@router.delete("/holds/{token}/places/{place}", response={204: None})
def release_place(request, token: Token, place: Id):
    """Give one place back. With the last one the hold ends."""
    customer = customer_of(request)
    release_places(hold=get_hold(customer, token), place_ids=[place], actor=customer.actor)
    return Status(204, None)


def get_hold(customer, token):
    """Return the customer's hold, or 404.

    A guest's hold is theirs alone: its token opens nothing without their `X-Visitor`.
    """
    hold = Hold.objects.made_by(customer).for_basket().filter(token=token).first()
    if hold is None:
        raise Http404
    return hold


def hold_out(hold, customer, *, gone=(), together=True):
    """Tell of a hold. Raises `HoldLapsed` when it keeps nothing (any more)."""
    order = getattr(hold, "order", None)
    if hold.is_bought or not hold.is_live(hold.now):
        if order is None or not hold.is_bought:
            raise HoldLapsed
        return _bought(hold, order, customer)
    quote = quote_hold(hold)
    return {
        **_facts(hold, customer),
        "lines": [line_out(line, quote.currency) for line in quote.lines],
        "total": money(quote.total, quote.currency),
        "quote": quote.token,
        "gone": list(gone),
        "together": together,
        "order": order and order.reference,
    }


def line_out(line, currency):
    return {
        "place": line.place,
        "seat": line.seat,
        "label": line.label,
        "category": line.category,
        "concession": line.concession,
        "price": money(line.price, currency),
        "fee": money(line.fee, currency),
    }


def _facts(hold, customer):
    return {
        "token": hold.token,
        "performance": hold.performance_id,
        "status": hold.status,
        "expires_at": utc(hold.expires_at),
        "may_be_extended": hold.extended_at is None,
        "time_zone": str(terms_of(hold.performance_id).zone),
        "visitor": visitor_token(customer),
    }


def _bought(hold, order, customer):
    return {
        **_facts(hold, customer),
        "may_be_extended": False,
        "lines": [],
        "total": money(order.total, order.currency),
        "quote": "",
        "order": order.reference,
    }


def _best(request, pk, wish, customer):
    if request.is_taken_over:
        # An earlier try may have held them without telling; a second set is not what was meant.
        mine = Hold.objects.made_by(customer).live()
        if hold := mine.filter(performance_id=pk).exclude(request_key="").first():
            return hold, True
    found = hold_best(
        performance_id=pk,
        quantity=wish.best,
        customer=customer,
        categories=wish.categories,
        max_price=wish.max_price,
        accessible=wish.accessible,
    )
    return found.hold, found.together


def _standing(pk, wish, customer):
    section = drawing_of(terms_of(pk).plan_id).by_section_id.get(wish.section)
    if section is None or not section.is_standing:
        raise NoSuchPlaces
    return hold_standing(
        performance_id=pk, section_id=section.id, quantity=wish.quantity, customer=customer
    ).hold


def _check_seats(pk, seat_ids):
    seats = drawing_of(terms_of(pk).plan_id).seats
    if any(seat not in seats for seat in seat_ids):
        raise NoSuchPlaces
