"""What is on: venues, shows, performances, seating plans, and which places are free."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from bookings.seatmap.snapshots import snapshot_of
from core.absolute_urls import absolute
from shows.catalogue import find_shows, with_performances
from shows.models import Performance, Show
from shows.terms import terms_of
from venues.drawing import drawing_of
from venues.models import Venue
from venues.plan_format import plan_document
from venues.plans import draft_of

from ..preconditions import check_match, with_etag
from ..schemas import Day, Id, Limit, Money, Offset, Page, money, page_of, utc

router = Router(auth=None)
City = Annotated[str, Field(max_length=80)]
Slug = Annotated[str, Field(min_length=1, max_length=160)]


class VenueOut(Schema):
    slug: str
    name: str
    address: str
    postcode: str
    city: str
    country: str
    time_zone: str
    description: str


class Price(Schema):
    category: str
    price: Money = Field(description="All in; the fee is a part of it.")
    fee: Money


class ConcessionOut(Schema):
    id: int
    name: str
    percent_off: int
    proof: str


class PerformanceOut(Schema):
    id: int
    show: str = Field(description="The show's slug.")
    title: str
    venue: str = Field(description="The venue's slug.")
    city: str
    time_zone: str = Field(description="The venue's; all times are told in UTC.")
    starts_at: datetime
    doors_at: datetime | None
    on_sale_from: datetime
    on_sale_until: datetime
    cancel_until: datetime | None
    state: str = Field(
        description="draft, announced, on_sale, few_left, sold_out, ended, cancelled"
    )
    currency: str
    customer_limit: int
    places_total: int
    places_left: int = Field(description="As counted within the last minute.")
    prices: list[Price]
    concessions: list[ConcessionOut]


class ShowOut(Schema):
    slug: str
    title: str
    artists: list[str]
    tags: list[str]
    description: str
    age_rating: int | None
    duration: int | None = Field(description="Minutes.")
    rating: float | None
    url: str
    next_performance: int | None = None


class ShowDetail(ShowOut):
    performances: list[PerformanceOut]


class ShowFilter(Schema):
    q: Annotated[str, Field(max_length=100)] = ""
    city: City = ""
    tag: Annotated[str, Field(max_length=40)] = ""
    first: Day | None = Field(None, description="From this day on, by the venue's calendar.")
    last: Day | None = None
    max_price: Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)] | None = None
    sort: Literal["", "soonest", "new", "price", "title"] = ""
    past: bool = False
    limit: Limit = 20
    offset: Offset = 0


class PerformanceFilter(Schema):
    show: Annotated[str, Field(max_length=160)] = ""
    venue: Annotated[str, Field(max_length=120)] = ""
    first: Day | None = None
    last: Day | None = None
    past: bool = False
    limit: Limit = 20
    offset: Offset = 0


class SectionFree(Schema):
    id: int
    name: str
    free: int


class SeatOut(Schema):
    id: int
    section: int
    row: str
    number: str
    label: str
    category: str
    kind: str
    free: bool


class Availability(Schema):
    performance: int
    free: int
    sections: list[SectionFree]


@router.get("/venues", response=Page[VenueOut])
def venues(request, city: City = "", limit: Limit = 20, offset: Offset = 0):
    """List the venues by name."""
    rows = Venue.objects.current()
    rows = rows.filter(city=city) if city else rows
    return page_of(rows.order_by("name", "pk"), lambda venue: venue, limit=limit, offset=offset)


@router.get("/venues/{slug}", response=VenueOut)
def venue(request, response: HttpResponse, slug: Slug):
    """One venue. Its `ETag` may be sent as `If-Match` when it is changed."""
    return with_etag(request, response, "venues", get_object_or_404(Venue, slug=slug))


@router.get("/shows", response=Page[ShowOut])
def shows(request, wishes: Query[ShowFilter]):
    """Find shows, as the catalogue's search does: by words, city, kind, days and price."""
    wanted = wishes.dict(exclude={"q", "limit", "offset"})
    rows = find_shows(query=wishes.q, **wanted)
    page = rows[wishes.offset : wishes.offset + wishes.limit]
    return {
        "items": [show_out(show) for show in with_performances(page.prefetch_related("tags"))],
        "count": rows.count(),
        "limit": wishes.limit,
        "offset": wishes.offset,
    }


@router.get("/shows/{slug}", response=ShowDetail)
def show(request, response: HttpResponse, slug: Slug):
    """One show with its performances, past ones included.

    Its `ETag` may be sent as `If-Match` when it is changed.
    """
    shows = Show.objects.reachable().prefetch_related("artists", "tags")
    show = with_etag(request, response, "shows", get_object_or_404(shows, slug=slug))
    performances = told(Performance.objects.reachable().filter(show=show))
    return show_out(show) | {"performances": [performance_out(row) for row in performances]}


@router.get("/performances", response=Page[PerformanceOut])
def performances(request, wishes: Query[PerformanceFilter]):
    """List performances: those to come, the soonest first, or with `past` the last ones."""
    rows = Performance.objects.public()
    rows = rows.past() if wishes.past else rows.upcoming()
    rows = rows.filter(_named(wishes)).on_dates(wishes.first, wishes.last)
    return page_of(told(rows), performance_out, limit=wishes.limit, offset=wishes.offset)


@router.get("/performances/{pk}", response=PerformanceOut)
def performance(request, response: HttpResponse, pk: Id):
    """One performance. Its `ETag` may be sent as `If-Match` when it is changed."""
    rows = told(Performance.objects.reachable()).select_related("plan")
    found = with_etag(request, response, "performances", get_object_or_404(rows, pk=pk))
    return performance_out(found)


@router.get("/performances/{pk}/availability", response={200: Availability, 304: None})
def availability(request, response: HttpResponse, pk: Id):
    """How many places are free, by section: at most a second old, the same for everybody.

    Send the `ETag` back as `If-None-Match`: 304 says that nothing has changed.
    """
    terms = public_terms(pk)
    snapshot = snapshot_of(pk)
    check_match(request, snapshot.etag)
    headers = {"ETag": snapshot.etag, "Cache-Control": "public, max-age=1"}
    if request.headers.get("If-None-Match") == snapshot.etag:
        return HttpResponse(status=304, headers=headers)
    free = snapshot.availability
    sections = [
        {"id": section.id, "name": section.name, "free": free.free_in(section.id)}
        for section in drawing_of(terms.plan_id).sections
    ]
    for name, value in headers.items():
        response.headers[name] = value
    return {"performance": pk, "free": free.free, "sections": sections}


@router.get("/performances/{pk}/seats", response=Page[SeatOut])
def seats(request, pk: Id, section: Id | None = None, limit: Limit = 100, offset: Offset = 0):
    """List the seats in the order of the plan, and which are free."""
    terms = public_terms(pk)
    drawing, free = drawing_of(terms.plan_id), snapshot_of(pk).availability
    found = [
        drawing.seats[seat_id]
        for part in drawing.sections
        if section in (None, part.id)
        for seat_id in part.seat_ids
    ]
    items = [_seat(seat, free) for seat in found[offset : offset + limit]]
    return {"items": items, "count": len(found), "limit": limit, "offset": offset}


@router.get("/performances/{pk}/plan", response=dict)
def plan(request, pk: Id):
    """The seating plan in the open plan format (docs/seating-plans.md). It never changes."""
    performance = get_object_or_404(Performance.objects.reachable().select_related("plan"), pk=pk)
    return plan_document(draft_of(performance.plan))


def public_terms(performance_id):
    """Return the terms of a performance that customers may know of, or 404."""
    terms = terms_of(performance_id)
    if not terms.is_public:
        raise Http404
    return terms


def told(performances):
    """Performances with all that `performance_out` asks of them."""
    related = performances.select_related("show", "venue")
    return related.prefetch_related("price_categories", "concessions")


def performance_out(performance):
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
        "currency": currency,
        "customer_limit": performance.customer_limit,
        "places_total": performance.places_total,
        "places_left": performance.places_left,
        "prices": [
            {
                "category": row.name,
                "price": money(row.price, currency),
                "fee": money(row.fee, currency),
            }
            for row in performance.price_categories.all()
        ],
        "concessions": list(performance.concessions.all()),
    }


def show_out(show):
    return {
        "slug": show.slug,
        "title": show.title,
        "artists": [artist.name for artist in show.artists.all()],
        "tags": [tag.slug for tag in show.tags.all()],
        "description": show.description,
        "age_rating": show.age_rating,
        "duration": show.duration,
        "rating": show.rating,
        "url": absolute(show.get_absolute_url()),
        "next_performance": getattr(show, "performance_id", None),
    }


def _named(wishes):
    named = Q()
    if wishes.show:
        named &= Q(show__slug=wishes.show)
    if wishes.venue:
        named &= Q(venue__slug=wishes.venue)
    return named


def _seat(seat, free):
    return {
        "id": seat.id,
        "section": seat.section_id,
        "row": seat.row,
        "number": seat.number,
        "label": seat.label,
        "category": seat.category,
        "kind": seat.kind,
        "free": free.is_free(seat),
    }
