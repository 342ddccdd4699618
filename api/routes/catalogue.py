"""Shows, performances, seating plans, and which places are available."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from bookings.seatmap.snapshots import snapshot_of
from core.links import absolute
from organisation.models import Channel
from shows.catalogue import find_or_correct, with_performances
from shows.catalogue_tax import fees_in, tax_of
from shows.channel_fees import fees_of
from shows.models import Concession, ConcessionType, Performance, Question, Show
from shows.questions import QuestionTerm, term_from_row
from shows.terms import Terms, concession_term, terms_of
from venues.drawing import drawing_of
from venues.models import Seat
from venues.plan_format import plan_document
from venues.plans import draft_of

from ..callers import ApiRequest
from ..preconditions import check_match, with_etag
from ..schemas import (
    ChannelFeesOut,
    Day,
    Id,
    Limit,
    Money,
    Offset,
    OneOf,
    Page,
    TaxSetting,
    money,
    page_of,
    utc,
)
from .media import Picture, ShowMedia, picture_out, show_media_out

router = Router(auth=None)
Slug = Annotated[str, Field(min_length=1, max_length=160)]
EventStatus = Annotated[str, OneOf.of(Performance.EventStatus.values)]
# Where customers of the website can buy is not a state here: programs sell through the API.
SALE_STATES = [
    state for state in Performance.SaleState.values if state != Performance.SaleState.BOX_OFFICE
]
SaleState = Annotated[str, OneOf.of(SALE_STATES)]
SeatKind = Annotated[str, OneOf.of(Seat.Kind.values)]


class Price(TaxSetting):
    category: str = Field(examples=["Stalls"])
    price: Money = Field(description="Including the fee.")
    fee: Money


class ConcessionOut(TaxSetting):
    id: int
    name: str = Field(examples=["Student"])
    method: Annotated[str, OneOf.of(ConcessionType.Method.values)]
    value: str = Field(description="Per cent, or an amount in the currency.", examples=["50"])
    percent_off: int | None = Field(
        description="The value if it is a percentage, else null.", examples=[50]
    )
    proof: str = Field(description="What holders have to show at the door.")
    group_from: int | None = Field(description="Needs so many tickets in the order.")
    min_per_order: int | None = Field(description="Tickets with it in an order, at least.")
    max_per_order: int | None = Field(description="Tickets with it in an order, at most.")
    ends_at: datetime | None = Field(description="When it ends, such as an early bird price.")
    members_only: bool = Field(description="Only for accounts of members.")


class QuestionOut(Schema):
    name: str = Field(examples=["question_7"])
    label: str = Field(examples=["Access requirements"])
    kind: Annotated[str, OneOf.of(Question.Kind.values)]
    per_ticket: bool = Field(description="Asked for each ticket, else once per order.")
    required: bool
    choices: list[str] = Field(description="The answers that a choice or a yes-or-no takes.")


class PerformanceOut(Schema):
    id: int = Field(examples=[7])
    show: str = Field(description="The show's slug.", examples=["nachtmusik"])
    title: str = Field(examples=["Nachtmusik"])
    venue: str = Field(description="The venue's slug.", examples=["hall"])
    city: str
    time_zone: str = Field(description="The venue's; all times here are UTC.")
    starts_at: datetime
    doors_at: datetime | None
    on_sale_from: datetime
    on_sale_until: datetime
    cancel_until: datetime | None = Field(description="Until then customers can cancel tickets.")
    state: SaleState
    event_status: EventStatus = Field(description="As schema.org's eventStatus, without Event.")
    moved_from: datetime | None = Field(description="The first start announced, if rescheduled.")
    currency: str = Field(examples=["EUR"])
    customer_limit: int = Field(description="Tickets per customer.")
    places_total: int
    places_left: int = Field(description="As counted within the last minute.")
    prices: list[Price]
    order_fee: Money = Field(description="Added once to each order that is not free.")
    concessions: list[ConcessionOut]
    questions: list[QuestionOut] = Field(description="What an order is asked, in `details`.")
    channel_fees: list[ChannelFeesOut] = Field(description="In place of those of the venue.")


class ShowOut(Schema):
    slug: str = Field(examples=["nachtmusik"])
    title: str = Field(examples=["Nachtmusik"])
    artists: list[str]
    tags: list[str]
    description: str
    age_rating: int | None = Field(description="Minimum age.")
    duration: int | None = Field(description="Minutes.")
    rating: float | None = Field(description="The average review, 1 to 5 stars.")
    picture: Picture | None
    url: str = Field(description="Its page.")
    next_performance: int | None = None


class ShowDetail(ShowOut, ShowMedia):
    performances: list[PerformanceOut]


class ShowFilter(Schema):
    q: Annotated[str, Field(max_length=100)] = ""
    city: Annotated[str, Field(max_length=80)] = ""
    venue: Annotated[str, Field(max_length=120, description="A venue's slug.")] = ""
    tag: Annotated[str, Field(max_length=40)] = ""
    first: Day | None = Field(None, description="The first day, in the venue's time zone.")
    last: Day | None = None
    max_price: Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)] | None = None
    sort: Literal["", "soonest", "new", "price", "title"] = ""
    past: bool = False
    limit: Limit = 20
    offset: Offset = 0


class PerformanceFilter(Schema):
    show: Annotated[str, Field(max_length=160, description="A show's slug.")] = ""
    venue: Annotated[str, Field(max_length=120, description="A venue's slug.")] = ""
    first: Day | None = None
    last: Day | None = None
    past: bool = False
    limit: Limit = 20
    offset: Offset = 0


class SectionAvailability(Schema):
    id: int
    name: str = Field(examples=["Stalls"])
    available: int


class SeatOut(Schema):
    id: int
    section: int
    row: str
    number: str
    label: str = Field(examples=["Stalls, row F, seat 12"])
    category: str
    kind: SeatKind
    available: bool


class Availability(Schema):
    performance: int
    available: int
    sections: list[SectionAvailability]


@router.get("/shows", response=Page[ShowOut], summary="List shows")
def list_shows(request: ApiRequest, filters: Query[ShowFilter]) -> dict[str, Any]:
    """Search shows by text, city, venue, tag, dates and price.

    A text that nothing matches is searched again with its spelling corrected.
    """
    rows, _ = find_or_correct(query=filters.q, **filters.dict(exclude={"q", "limit", "offset"}))
    page = rows[filters.offset : filters.offset + filters.limit]
    return {
        "items": [show_out(show) for show in with_performances(page.prefetch_related("tags"))],
        "count": rows.count(),
        "limit": filters.limit,
        "offset": filters.offset,
    }


@router.get("/shows/{slug}", response=ShowDetail, summary="Get a show")
def get_show(request: ApiRequest, response: HttpResponse, slug: Slug) -> dict[str, Any]:
    """Return a show with its performances, including past ones.

    Send its `ETag` as `If-Match` to change it.
    """
    shows = Show.objects.reachable().prefetch_related("artists", "tags")
    show = with_etag(request, response, "shows", get_object_or_404(shows, slug=slug))
    performances = with_details(Performance.objects.reachable().filter(show=show))
    rows = [performance_out(row) for row in performances]
    return show_out(show) | show_media_out(show) | {"performances": rows}


@router.get("/performances", response=Page[PerformanceOut], summary="List performances")
def list_performances(request: ApiRequest, filters: Query[PerformanceFilter]) -> dict[str, Any]:
    """List upcoming performances, the soonest first, or with `past` the latest past ones."""
    rows = Performance.objects.public()
    rows = rows.past() if filters.past else rows.upcoming()
    rows = rows.filter(_condition(filters)).on_dates(filters.first, filters.last)
    rows = with_details(rows)
    return page_of(rows, performance_out, limit=filters.limit, offset=filters.offset)


@router.get("/performances/{pk}", response=PerformanceOut, summary="Get a performance")
def get_performance(request: ApiRequest, response: HttpResponse, pk: Id) -> dict[str, Any]:
    """Return a performance. Send its `ETag` as `If-Match` to change it."""
    rows = with_details(Performance.objects.reachable()).select_related("plan")
    found = with_etag(request, response, "performances", get_object_or_404(rows, pk=pk))
    return performance_out(found)


@router.get(
    "/performances/{pk}/availability",
    response={200: Availability, 304: None},
    summary="Get the availability",
)
def get_availability(request: ApiRequest, response: HttpResponse, pk: Id) -> Any:
    """Return the number of available places by section, at most a second old.

    Send the `ETag` as `If-None-Match`: 304 means that nothing has changed.
    """
    terms = public_terms(pk)
    snapshot = snapshot_of(pk)
    check_match(request, snapshot.etag)
    headers = {"ETag": snapshot.etag, "Cache-Control": "public, max-age=1"}
    if request.headers.get("If-None-Match") == snapshot.etag:
        return HttpResponse(status=304, headers=headers)
    availability = snapshot.availability
    sections = [
        {"id": section.id, "name": section.name, "available": availability.free_in(section.id)}
        for section in drawing_of(terms.plan_id).sections
    ]
    for name, value in headers.items():
        response.headers[name] = value
    return {"performance": pk, "available": availability.free, "sections": sections}


@router.get("/performances/{pk}/seats", response=Page[SeatOut], summary="List seats")
def list_seats(
    request: ApiRequest, pk: Id, section: Id | None = None, limit: Limit = 100, offset: Offset = 0
) -> dict[str, Any]:
    """List the seats in the order of the plan, and whether each is available."""
    terms = public_terms(pk)
    drawing, availability = drawing_of(terms.plan_id), snapshot_of(pk).availability
    found = [
        drawing.seats[seat_id]
        for part in drawing.sections
        if section in (None, part.id)
        for seat_id in part.seat_ids
    ]
    items = [_seat(seat, availability) for seat in found[offset : offset + limit]]
    return {"items": items, "count": len(found), "limit": limit, "offset": offset}


@router.get("/performances/{pk}/plan", response=dict[str, Any], summary="Get the seating plan")
def get_seating_plan(request: ApiRequest, pk: Id) -> dict[str, Any]:
    """Return the seating plan in the open plan format (docs/seating-plans.md)."""
    performance = get_object_or_404(Performance.objects.reachable().select_related("plan"), pk=pk)
    return plan_document(draft_of(performance.plan))


def public_terms(performance_id: int) -> Terms:
    """Return the terms of a public performance, or raise `Http404`."""
    terms = terms_of(performance_id)
    if not terms.is_public:
        raise Http404
    return terms


def with_details(performances: QuerySet[Performance]) -> Any:
    """Load with performances everything that `performance_out` needs."""
    related: Any = performances.select_related("show", "venue")
    related = related.with_channel_fees().with_questions()
    return related.prefetch_related(
        "price_categories",
        Prefetch("concessions", Concession.objects.select_related("kind")),
        "channel_fees",
    )


def performance_out(performance: Performance) -> dict[str, Any]:
    """Render a performance (see `with_details`)."""
    currency = performance.currency
    return {
        "id": performance.pk,
        "show": performance.show.slug,
        "title": performance.show.title,
        "venue": performance.venue.slug,
        "city": performance.venue.city,
        "time_zone": performance.venue.time_zone,
        "starts_at": utc(performance.starts_at),
        "doors_at": utc(performance.doors_at),
        "on_sale_from": utc(performance.on_sale_from),
        "on_sale_until": utc(performance.sale_ends_at),
        "cancel_until": utc(performance.cancel_until),
        "state": performance.sale_state(timezone.now()).value,
        "event_status": performance.event_status.value,
        "moved_from": utc(performance.moved_from) if performance.is_moved else None,
        "currency": currency,
        "customer_limit": performance.customer_limit,
        "places_total": performance.places_total,
        "places_left": performance.places_left,
        "prices": [
            {
                "category": row.name,
                "price": money(row.price, currency),
                "fee": money(row.fee, currency),
                **tax_of(row),
            }
            for row in performance.price_categories.all()
        ],
        "order_fee": money(_order_fee(performance), currency),
        "concessions": [_concession_out(row, performance) for row in performance.concessions.all()],
        "questions": [_question_out(term_from_row(row)) for row in performance.question_rows],
        "channel_fees": fees_in(performance, currency),
    }


def _concession_out(row: Concession, performance: Performance) -> dict[str, Any]:
    term = concession_term(row, performance)
    is_percent = term.method == ConcessionType.Method.PERCENT
    return {
        "id": term.id,
        **tax_of(row),
        "name": term.name,
        "method": term.method,
        "value": f"{term.value.normalize():f}",
        "percent_off": int(term.value) if is_percent else None,
        "proof": term.proof,
        "group_from": term.group_from,
        "min_per_order": term.min_per_order,
        "max_per_order": term.max_per_order,
        "ends_at": utc(term.ends_at),
        "members_only": term.members_only,
    }


def _question_out(question: QuestionTerm) -> dict[str, Any]:
    return {
        "name": question.name,
        "label": question.label,
        "kind": question.kind,
        "per_ticket": question.per_ticket,
        "required": question.is_required,
        "choices": [value for value, _text in question.options],
    }


def _order_fee(performance: Performance) -> Decimal:
    fees = fees_of(performance).get(Channel.API)
    return fees.order_fee if fees else Decimal(0)


def show_out(show: Show) -> dict[str, Any]:
    """Render a show, with its artists and tags."""
    return {
        "slug": show.slug,
        "title": show.title,
        "artists": [artist.name for artist in show.artists.all()],
        "tags": [tag.slug for tag in show.tags.all()],
        "description": show.description,
        "age_rating": show.age_rating,
        "duration": show.duration,
        "rating": show.rating,
        "picture": picture_out(show.poster, show.poster_small),
        "url": absolute(show.get_absolute_url()),
        "next_performance": getattr(show, "performance_id", None),
    }


def _condition(filters: PerformanceFilter) -> Q:
    condition = Q()
    if filters.show:
        condition &= Q(show__slug=filters.show)
    if filters.venue:
        condition &= Q(venue__slug=filters.venue)
    return condition


def _seat(seat: Any, availability: Any) -> dict[str, Any]:
    return {
        "id": seat.id,
        "section": seat.section_id,
        "row": seat.row,
        "number": seat.number,
        "label": seat.label,
        "category": seat.category,
        "kind": seat.kind,
        "available": availability.is_free(seat),
    }
