"""Shows, performances, seating plans, and which places are available."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from bookings.seatmap.snapshots import snapshot_of
from shows.catalogue import find_or_correct, with_performances
from shows.models import Performance, Show
from shows.terms import Terms, terms_of
from venues.drawing import drawing_of
from venues.models import Seat
from venues.plan_format import plan_document
from venues.plans import draft_of

from ..callers import ApiRequest
from ..preconditions import check_match, with_etag
from ..schemas import (
    Day,
    Id,
    Limit,
    Offset,
    OneOf,
    Page,
    page_of,
)
from .catalogue_out import (
    PerformanceOut,
    ShowDetail,
    ShowOut,
    performance_out,
    show_out,
    with_details,
)
from .media import show_media_out

router = Router(auth=None)
Slug = Annotated[str, Field(min_length=1, max_length=160)]
SeatKind = Annotated[str, OneOf.of(Seat.Kind.values)]


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
