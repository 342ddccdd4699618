"""Venues, and the shows that play in them."""

from typing import Annotated, Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from core.links import absolute
from shows.catalogue import find_shows, with_performances
from shows.catalogue_tax import fees_in, tax_of
from venues.models import Section, Venue
from venues.search import find_venues
from venues.visitor_information import AMENITIES

from ..callers import ApiRequest
from ..preconditions import with_etag
from ..schemas import ChannelFeesOut, Limit, Offset, Page, TaxSetting, page_of
from .catalogue import Slug
from .catalogue_out import ShowOut, show_out
from .media import DescribedPicture, Picture, picture_out, pictures_out

router = Router(auth=None)


class VenueOut(TaxSetting):
    slug: str = Field(examples=["hall"])
    name: str = Field(examples=["Hall"])
    address: str
    postcode: str
    city: str = Field(examples=["Bonn"])
    country: str = Field(examples=["DE"])
    time_zone: str = Field(examples=["Europe/Berlin"])
    description: str
    channel_fees: list[ChannelFeesOut]
    latitude: float | None = Field(examples=[52.520008])
    longitude: float | None = Field(examples=[13.404954])
    directions: str
    is_step_free: bool
    has_lifts: bool
    has_hearing_loop: bool
    has_accessible_toilets: bool
    companions_are_free: bool = Field(description="Companions of wheelchair users pay nothing.")
    access_notes: str
    capacity: int | None = Field(description="Places of its largest current seating plan.")
    rating: float | None = Field(description="The average review, 1 to 5 stars.", examples=[4.5])
    rating_count: int
    picture: Picture | None
    pictures: list[DescribedPicture] = Field(description="Further pictures, in their order.")
    url: str = Field(description="Its page.")


class VenueFilter(Schema):
    q: Annotated[str, Field(max_length=100, description="Part of its name or city.")] = ""
    city: Annotated[str, Field(max_length=80)] = ""
    limit: Limit = 20
    offset: Offset = 0


@router.get("/venues", response=Page[VenueOut], summary="List venues")
def list_venues(request: ApiRequest, filters: Query[VenueFilter]) -> dict[str, Any]:
    """List venues by name."""
    rows = with_capacity(find_venues(filters.q))
    rows = rows.filter(city=filters.city) if filters.city else rows
    rows = rows.order_by("name", "pk")
    return page_of(rows, venue_out, limit=filters.limit, offset=filters.offset)


@router.get("/venues/{slug}", response=VenueOut, summary="Get a venue")
def get_venue(request: ApiRequest, response: HttpResponse, slug: Slug) -> dict[str, Any]:
    """Return a venue. Send its `ETag` as `If-Match` to change it."""
    venue = get_object_or_404(with_capacity(Venue.objects.all()), slug=slug)
    return venue_out(with_etag(request, response, "venues", venue))


@router.get("/venues/{slug}/shows", response=Page[ShowOut], summary="List the shows of a venue")
def list_venue_shows(
    request: ApiRequest, slug: Slug, past: bool = False, limit: Limit = 20, offset: Offset = 0
) -> dict[str, Any]:
    """List the shows with a performance in this venue, the soonest first."""
    get_object_or_404(Venue, slug=slug)
    rows = find_shows(venue=slug, past=past)
    page = with_performances(rows[offset : offset + limit].prefetch_related("tags"))
    items = [show_out(show) for show in page]
    return {"items": items, "count": rows.count(), "limit": limit, "offset": offset}


def with_capacity(venues: QuerySet[Venue]) -> Any:
    """Annotate `capacity`: the places of the largest seating plan that is not archived.

    Loads the fees by channel and the pictures as well.
    """
    sections = Section.objects.filter(plan__venue=OuterRef("pk"), plan__archived_at=None)
    by_plan = sections.order_by().values("plan").annotate(places=Sum("capacity"))
    venues = venues.prefetch_related("channel_fees", "pictures")
    return venues.annotate(capacity=Subquery(by_plan.order_by("-places").values("places")[:1]))


def venue_out(venue: Any) -> dict[str, Any]:
    """Render a venue with its `capacity` (see `with_capacity`)."""
    names = ["slug", "name", "address", "postcode", "city", "country", "time_zone", "description"]
    names += ["directions", *AMENITIES, "access_notes"]
    return {
        **{name: getattr(venue, name) for name in names},
        **tax_of(venue),
        "channel_fees": fees_in(venue, ""),
        "latitude": None if venue.latitude is None else float(venue.latitude),
        "longitude": None if venue.longitude is None else float(venue.longitude),
        "capacity": venue.capacity,
        "rating": venue.rating,
        "rating_count": venue.rating_count,
        "picture": picture_out(venue.picture),
        "pictures": pictures_out(venue.pictures.all()),
        "url": absolute(venue.get_absolute_url()),
    }
