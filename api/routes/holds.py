"""Hold places: by seat, best available, or standing; extend and release holds."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from django.http import Http404
from ninja import Field, Router, Schema, Status
from pydantic import model_validator

from bookings.exceptions import HoldLapsed, NoSuchPlaces
from bookings.models import Hold, Order
from bookings.sale import holds as sale
from bookings.sale import release
from bookings.sale.concessions import choose_concessions
from bookings.sale.customers import Customer
from bookings.sale.holds import hold_standing
from bookings.sale.quotes import Line as QuoteLine
from bookings.sale.quotes import quote_hold
from bookings.seat_selection.holding import hold_best, hold_chosen_seats
from core.visitors import new_visitor, signed_visitor
from shows.terms import terms_of
from venues.drawing import drawing_of
from venues.plan_versions import current_seat_ids

from ..callers import ANYBODY, ApiRequest, customer_of, visitor_token
from ..schemas import Id, Money, OneOf, TaxOut, money, tax_out, utc
from .catalogue import public_terms

router = Router(auth=ANYBODY)
Token = Annotated[str, Field(min_length=1, max_length=32)]
Quantity = Annotated[int, Field(ge=1, le=50)]
HoldStatus = Annotated[str, OneOf.of(Hold.Status.values)]


class VisitorOut(Schema):
    visitor: str = Field(description="Send it as X-Visitor with all requests of this guest.")


class HoldRequest(Schema):
    """Exactly one of: `seats`; `best`; `section` with `quantity`."""

    seats: Annotated[list[Id], Field(min_length=1, max_length=50)] | None = Field(
        None, description="Ids of seats."
    )
    best: Quantity | None = Field(
        None, description="How many of the best available seats.", examples=[2]
    )
    categories: Annotated[list[str], Field(max_length=20)] | None = Field(
        None, description="With `best`: only these price categories."
    )
    max_price: Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)] | None = Field(
        None, description="With `best`: per ticket, fees included."
    )
    accessible: bool = Field(False, description="With `best`: include a wheelchair space.")
    section: Id | None = Field(None, description="A standing section.")
    quantity: Quantity | None = Field(None, description="Places of the section to hold in total.")

    @model_validator(mode="after")
    def check_exactly_one(self) -> Self:
        given = [self.seats is not None, self.best is not None, self.section is not None]
        if sum(given) != 1 or (self.section is None) != (self.quantity is None):
            raise ValueError("Send seats, or best, or section with quantity.")
        return self


class Line(Schema):
    place: int = Field(description="Id of the place at this performance.")
    seat: int | None = Field(description="Id of the seat; null for standing places.")
    label: str = Field(examples=["Stalls, row F, seat 12"])
    category: str = Field(examples=["Stalls"])
    concession: str
    price: Money
    fee: Money
    refusal: str = Field(
        "", description="Why the chosen concession does not apply; the price is the full one."
    )


class HoldOut(Schema):
    token: str
    performance: int
    status: HoldStatus
    expires_at: datetime
    can_extend: bool
    time_zone: str
    lines: list[Line]
    order_fee: Money = Field(description="Added once to the prices of the lines.")
    total: Money
    tax: list[TaxOut] = Field(description="What the total includes, by rate.")
    quote: str = Field(description="Send it with the order, to confirm lines and total.")
    unavailable: list[str] = Field([], description="Labels of requested places just sold.")
    adjacent: bool = Field(True, description="Whether the best seats are side by side.")
    visitor: str | None = Field(None, description="For guests: send it as X-Visitor from now on.")
    order: str | None = Field(None, description="Reference of its order.")


class Concession(Schema):
    place: Id
    concession: Id | None = Field(None, description="Null for the full price.")


class ConcessionChoice(Schema):
    concessions: Annotated[list[Concession], Field(max_length=50)]


@router.post("/visitors", response={201: VisitorOut}, summary="Create a visitor")
def create_visitor(request: ApiRequest) -> Status[dict[str, str]]:
    """Create a visitor for a guest. With it, `Idempotency-Key` works from the first hold on."""
    return Status(201, {"visitor": signed_visitor(new_visitor())})


@router.post("/performances/{pk}/holds", response={201: HoldOut}, summary="Hold places")
def create_hold(request: ApiRequest, pk: Id, data: HoldRequest) -> Status[dict[str, Any]]:
    """Hold places. They are added to the caller's live hold of this performance, if any."""
    public_terms(pk)
    customer = customer_of(request)
    unavailable, adjacent = [], True
    if data.best is not None:
        hold, adjacent = _best(request, pk, data, customer)
    elif data.section is not None:
        hold = _standing(pk, data, customer)
    else:
        seats = data.seats or []
        _check_seats(pk, seats)
        held = hold_chosen_seats(performance_id=pk, seat_ids=seats, customer=customer)
        hold, unavailable = held.hold, held.unavailable
    hold = find_hold(customer, hold.token)
    return Status(201, hold_out(hold, customer, unavailable=unavailable, adjacent=adjacent))


@router.get("/holds/{token}", response=HoldOut, summary="Get a hold")
def get_hold(request: ApiRequest, token: Token) -> dict[str, Any]:
    """Return a hold. 410 when it has expired."""
    customer = customer_of(request)
    return hold_out(find_hold(customer, token), customer)


@router.post("/holds/{token}/extend", response=HoldOut, summary="Extend a hold")
def extend_hold(request: ApiRequest, token: Token) -> dict[str, Any]:
    """Give the hold more time, once."""
    customer = customer_of(request)
    sale.extend_hold(hold=find_hold(customer, token), actor=customer.actor)
    return hold_out(find_hold(customer, token), customer)


@router.post("/holds/{token}/concessions", response=HoldOut, summary="Choose concessions")
def set_concessions(request: ApiRequest, token: Token, data: ConcessionChoice) -> dict[str, Any]:
    """Choose the concession of each place."""
    customer = customer_of(request)
    chosen = {row.place: row.concession for row in data.concessions}
    choose_concessions(hold=find_hold(customer, token), chosen=chosen)
    return hold_out(find_hold(customer, token), customer)


@router.delete("/holds/{token}", response={204: None}, summary="Release a hold")
def release_hold(request: ApiRequest, token: Token) -> Status[None]:
    """Release all places at once. May be repeated."""
    customer = customer_of(request)
    release.release_hold(hold=find_hold(customer, token), actor=customer.actor)
    return Status(204, None)


@router.delete(
    "/holds/{token}/places/{place}", response={204: None}, summary="Release a place of a hold"
)
def release_place(request: ApiRequest, token: Token, place: Id) -> Status[None]:
    """Release one place. With the last one the hold ends."""
    customer = customer_of(request)
    hold = find_hold(customer, token)
    release.release_places(hold=hold, place_ids=[place], actor=customer.actor)
    return Status(204, None)


def find_hold(customer: Customer, token: str) -> Hold:
    """Return the customer's hold, or raise `Http404`.

    A guest's hold needs their `X-Visitor`: its token alone is not enough.
    """
    hold = Hold.objects.made_by(customer).for_basket().filter(token=token).first()
    if hold is None:
        raise Http404
    return hold


def hold_out(
    hold: Any, customer: Customer, *, unavailable: Iterable[str] = (), adjacent: bool = True
) -> dict[str, Any]:
    """Render a hold. Raises `HoldLapsed` when it has expired or was released."""
    order = getattr(hold, "order", None)
    if hold.is_bought or not hold.is_live(hold.now):
        if order is None or not hold.is_bought:
            raise HoldLapsed
        return _bought(hold, order, customer)
    quote = quote_hold(hold, customer.user)
    return {
        **_base(hold, customer),
        "lines": [line_out(line, quote.currency) for line in quote.lines],
        "order_fee": money(quote.order_fee, quote.currency),
        "total": money(quote.total, quote.currency),
        "tax": tax_out(quote.tax_lines, quote.currency),
        "quote": quote.token,
        "unavailable": list(unavailable),
        "adjacent": adjacent,
        "order": order and order.reference,
    }


def line_out(line: QuoteLine, currency: str) -> dict[str, Any]:
    """Render a line of a quote."""
    return {
        "place": line.place,
        "seat": line.seat,
        "label": line.label,
        "category": line.category,
        "concession": line.concession,
        "price": money(line.price, currency),
        "fee": money(line.fee, currency),
        "refusal": line.refusal,
    }


def _base(hold: Hold, customer: Customer) -> dict[str, Any]:
    return {
        "token": hold.token,
        "performance": hold.performance_id,
        "status": hold.status,
        "expires_at": utc(hold.expires_at),
        "can_extend": hold.extended_at is None,
        "time_zone": str(terms_of(hold.performance_id).zone),
        "visitor": visitor_token(customer),
    }


def _bought(hold: Hold, order: Order, customer: Customer) -> dict[str, Any]:
    return {
        **_base(hold, customer),
        "can_extend": False,
        "lines": [],
        "order_fee": money(order.order_fee, order.currency),
        "total": money(order.total, order.currency),
        "tax": [],
        "quote": "",
        "order": order.reference,
    }


def _best(request: ApiRequest, pk: int, data: HoldRequest, customer: Customer) -> tuple[Hold, bool]:
    if request.is_taken_over:
        # An earlier attempt may have held them without a response; not a second set as well.
        live = Hold.objects.made_by(customer).live()
        if hold := live.filter(performance_id=pk).exclude(request_key="").first():
            return hold, True
    found = hold_best(
        performance_id=pk,
        quantity=data.best or 0,
        customer=customer,
        categories=data.categories,
        max_price=data.max_price,
        accessible=data.accessible,
    )
    return found.hold, found.together


def _standing(pk: int, data: HoldRequest, customer: Customer) -> Hold:
    section = drawing_of(terms_of(pk).plan_id).by_section_id.get(data.section or 0)
    if section is None or not section.is_standing:
        raise NoSuchPlaces
    return hold_standing(
        performance_id=pk, section_id=section.id, quantity=data.quantity or 0, customer=customer
    ).hold


def _check_seats(pk: int, seat_ids: Iterable[int]) -> None:
    terms = terms_of(pk)
    seats = drawing_of(terms.plan_id).seats
    now = current_seat_ids(
        plan_id=terms.plan_id, former_plans=terms.former_plans, seat_ids=seat_ids
    )
    if any(seat not in seats for seat in now):
        raise NoSuchPlaces
