"""For staff and their integrations: venues, seating plans, shows and performances."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Any, Self, TypeVar

from django.db import transaction
from django.db.models import Model, ProtectedError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Body, Field, File, Router, Schema, Status, UploadedFile
from pydantic import model_validator

from bookings.staff_operations.performance_changes import change_performance
from core.pictures import InvalidPicture, read_picture
from organisation.models import Channel
from shows.catalogue_tax import TAX
from shows.catalogue_write import (
    FieldLocked,
    InvalidCatalogueData,
    write_performance,
    write_show,
    write_venue,
)
from shows.models import Performance, Show
from shows.pictures import set_poster
from venues.models import SeatingPlan, Venue
from venues.pictures import set_picture
from venues.plan_format import InvalidPlan, read_plan
from venues.plans import add_plan_version

from ..callers import STAFF, ApiRequest, require
from ..models import Scope
from ..preconditions import check_match, etag_of, with_etag
from ..problems import Problem
from ..schemas import Id, Moment, OneOf
from .catalogue import PerformanceOut, ShowOut, Slug, performance_out, show_out, with_details
from .venues import VenueOut, venue_out, with_capacity

router = Router(auth=STAFF)
M = TypeVar("M", bound=Model)
Name = Annotated[str, Field(min_length=1, max_length=160)]
Rate = Annotated[Decimal, Field(ge=0, le=100, max_digits=6, decimal_places=3, examples=["7"])]
Amount = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)]
Short = Annotated[str, Field(min_length=1, max_length=80)]
ArtistName = Annotated[str, Field(min_length=1, max_length=120)]
TagName = Annotated[str, Field(min_length=1, max_length=40)]


class TaxIn(Schema):
    """Sending one of the three sets all of them; sending none leaves them as they are."""

    tax_rate: Rate | None = Field(None, description="On tickets, in per cent. Null: not set here.")
    fee_tax_rate: Rate | None = Field(None, description="On fees, in per cent.")
    tax_exemption: Annotated[str, Field(max_length=200)] = Field(
        "", description="Why a rate is 0, as printed on documents."
    )


class ChannelFeesIn(Schema):
    channel: Annotated[str, OneOf.of(Channel.values)]
    ticket_fee: Amount | None = Field(
        None, description="Replaces the booking fee of the price. Not for `web` and `api`."
    )
    order_fee: Amount = Decimal(0)
    order_fee_tax_rate: Rate | None = None


class VenueIn(TaxIn):
    """A new venue needs name, address, city and country, and a time zone if it has several."""

    name: Annotated[str, Field(max_length=120, examples=["Hall"])] | None = None
    slug: Annotated[str, Field(max_length=120)] | None = None
    address: Annotated[str, Field(max_length=200)] | None = None
    postcode: Annotated[str, Field(max_length=20)] | None = None
    city: Annotated[str, Field(max_length=80)] | None = None
    country: Annotated[str, Field(max_length=2, examples=["DE"])] | None = None
    time_zone: Annotated[str, Field(max_length=64, examples=["Europe/Berlin"])] | None = None
    description: Annotated[str, Field(max_length=20_000)] | None = None
    channel_fees: Annotated[list[ChannelFeesIn], Field(max_length=10)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    directions: Annotated[str, Field(max_length=2000)] | None = None
    is_step_free: bool | None = None
    has_lifts: bool | None = None
    has_hearing_loop: bool | None = None
    has_accessible_toilets: bool | None = None
    companions_are_free: bool | None = None
    access_notes: Annotated[str, Field(max_length=2000)] | None = None


class ShowIn(Schema):
    """A new show needs its `title`."""

    title: Name | None = None
    slug: Annotated[str, Field(max_length=160)] | None = None
    artists: Annotated[list[ArtistName], Field(max_length=50)] | None = None
    tags: Annotated[list[TagName], Field(max_length=20)] | None = None
    description: Annotated[str, Field(max_length=20_000)] | None = None
    is_published: bool | None = None
    is_unlisted: bool | None = None
    duration: Annotated[int, Field(ge=1, le=1440)] | None = None
    age_rating: Annotated[int, Field(ge=0, le=99)] | None = None


class PriceIn(TaxIn):
    category: Short = Field(examples=["Stalls"])
    price: Amount = Field(description="Including the fee.", examples=["45.00"])
    fee: Amount = Field(Decimal(0), examples=["5.00"])


class ConcessionIn(TaxIn):
    """Without `percent_off` and `amount`, it has the value of the box office's list."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    percent_off: Annotated[int, Field(ge=1, le=100)] | None = None
    amount: Amount | None = Field(
        None, description="The amount off, or the price, where the list has no percentage."
    )
    proof: Annotated[str, Field(max_length=120)] = ""

    @model_validator(mode="after")
    def check_one_value(self) -> Self:
        if self.percent_off is not None and self.amount is not None:
            raise ValueError("Send percent_off or amount, not both.")
        return self


class PerformanceIn(Schema):
    """A new performance needs `show`, `plan`, `starts_at`, `on_sale_from` and `prices`."""

    show: Slug | None = Field(None, description="The show's slug.")
    plan: Id | None = Field(None, description="Id of a seating plan.")
    starts_at: Moment | None = None
    doors_at: Moment | None = None
    on_sale_from: Moment | None = None
    on_sale_until: Moment | None = None
    currency: Annotated[str, Field(max_length=3, examples=["EUR"])] | None = None
    customer_limit: Annotated[int, Field(ge=1, le=50)] | None = None
    cancel_until_hours: Annotated[int, Field(ge=0, le=9999)] | None = None
    keep_fee: bool | None = None
    keep_order_fee: bool | None = None
    transfer_days: Annotated[int, Field(ge=1, le=60)] | None = None
    allow_single_gaps: bool | None = None
    accessible_released: bool | None = None
    prices: Annotated[list[PriceIn], Field(max_length=50)] | None = None
    concessions: Annotated[list[ConcessionIn], Field(max_length=50)] | None = None
    channel_fees: Annotated[list[ChannelFeesIn], Field(max_length=10)] | None = Field(
        None, description="In place of those of the venue."
    )


class PerformanceChange(PerformanceIn):
    """Once on sale, new times and prices need a `reason`, which is logged."""

    reason: Annotated[str, Field(max_length=200)] = ""
    refund_until: Moment | None = Field(
        None, description="With a new time: until then tickets can be cancelled for a full refund."
    )


class PlanOut(Schema):
    id: int
    name: str
    version: int
    categories: list[dict[str, Any]]
    warnings: list[str] = Field([], description="About the imported file.")


@router.post("/venues", response={201: VenueOut}, summary="Create a venue")
def create_venue(
    request: ApiRequest, response: HttpResponse, data: VenueIn
) -> Status[dict[str, Any]]:
    require(request, Scope.CATALOGUE, "venues.add_venue")
    with _as_problems():
        venue = write_venue(venue=Venue(), data=_with_tax(data, data.dict(exclude_none=True)))
    return Status(201, _venue_out(request, response, venue))


@router.patch("/venues/{slug}", response=VenueOut, summary="Update a venue")
def update_venue(
    request: ApiRequest, response: HttpResponse, slug: Slug, data: VenueIn
) -> dict[str, Any]:
    """Change a venue. With `If-Match`, only if it is still what was read."""
    require(request, Scope.CATALOGUE, "venues.change_venue")
    with transaction.atomic(), _as_problems():
        venue = _locked(request, "venues", Venue, slug=slug)
        changed = write_venue(venue=venue, data=_with_tax(data, _sent(data)))
    return _venue_out(request, response, changed)


@router.delete("/venues/{slug}", response={204: None}, summary="Delete a venue")
def delete_venue(request: ApiRequest, slug: Slug) -> Status[None]:
    """Delete a venue that is not in use."""
    require(request, Scope.CATALOGUE, "venues.delete_venue")
    with transaction.atomic():
        return _deleted(_locked(request, "venues", Venue, slug=slug))


@router.post("/venues/{slug}/picture", response=VenueOut, summary="Upload a venue's picture")
def upload_venue_picture(
    request: ApiRequest, response: HttpResponse, slug: Slug, file: File[UploadedFile]
) -> dict[str, Any]:
    """Set the picture: a JPEG, PNG or WebP of at most 25 MB, as the form field `file`."""
    require(request, Scope.CATALOGUE, "venues.change_venue")
    venue = get_object_or_404(Venue, slug=slug)
    with _as_problems():
        set_picture(venue=venue, image=read_picture(file))
    return _venue_out(request, response, venue)


@router.post("/venues/{slug}/plans", response={201: PlanOut}, summary="Import a seating plan")
def create_seating_plan(
    request: ApiRequest, slug: Slug, document: Body[dict[str, Any]]
) -> Status[dict[str, Any]]:
    """Import a seating plan in the open plan format, as the next version of its name."""
    require(request, Scope.CATALOGUE, "venues.add_seatingplan")
    venue = get_object_or_404(Venue, slug=slug)
    try:
        read = read_plan(request.body)
    except InvalidPlan as refusal:
        errors = [{"pointer": f"/body/{f.path}", "detail": str(f)} for f in refusal.faults]
        raise Problem(422, "invalid-plan", str(refusal), errors=errors) from None
    plan = add_plan_version(venue=venue, name=read.draft.name, draft=read.draft)
    members = {name: getattr(plan, name) for name in ("id", "name", "version", "categories")}
    return Status(201, members | {"warnings": list(read.warnings)})


@router.get("/venues/{slug}/plans", response=list[PlanOut], summary="List seating plans")
def list_seating_plans(request: ApiRequest, slug: Slug) -> list[SeatingPlan]:
    """List the venue's seating plans, the newest version of each first."""
    require(request, Scope.CATALOGUE, "venues.view_seatingplan")
    return list(get_object_or_404(Venue, slug=slug).plans.all())


@router.post("/shows", response={201: ShowOut}, summary="Create a show")
def create_show(
    request: ApiRequest, response: HttpResponse, data: ShowIn
) -> Status[dict[str, Any]]:
    """Create a show. Artists and tags are names; new ones are created."""
    require(request, Scope.CATALOGUE, "shows.add_show")
    with _as_problems():
        show = write_show(show=Show(), data=_sent(data))
    return Status(201, show_out(with_etag(request, response, "shows", show)))


@router.patch("/shows/{slug}", response=ShowOut, summary="Update a show")
def update_show(
    request: ApiRequest, response: HttpResponse, slug: Slug, data: ShowIn
) -> dict[str, Any]:
    """Change a show. With `If-Match`, only if it is still what was read."""
    require(request, Scope.CATALOGUE, "shows.change_show")
    with transaction.atomic(), _as_problems():
        show = _locked(request, "shows", Show, slug=slug)
        changed = write_show(show=show, data=_sent(data))
    return show_out(with_etag(request, response, "shows", changed))


@router.delete("/shows/{slug}", response={204: None}, summary="Delete a show")
def delete_show(request: ApiRequest, slug: Slug) -> Status[None]:
    """Delete a show without performances."""
    require(request, Scope.CATALOGUE, "shows.delete_show")
    with transaction.atomic():
        return _deleted(_locked(request, "shows", Show, slug=slug))


@router.post("/shows/{slug}/picture", response=ShowOut, summary="Upload a show's poster")
def upload_show_picture(
    request: ApiRequest, response: HttpResponse, slug: Slug, file: File[UploadedFile]
) -> dict[str, Any]:
    """Set the poster: a JPEG, PNG or WebP of at most 25 MB, as the form field `file`."""
    require(request, Scope.CATALOGUE, "shows.change_show")
    show = get_object_or_404(Show, slug=slug)
    with _as_problems():
        set_poster(show=show, image=read_picture(file))
    return show_out(with_etag(request, response, "shows", show))


@router.post("/performances", response={201: PerformanceOut}, summary="Create a performance")
def create_performance(
    request: ApiRequest, response: HttpResponse, data: PerformanceIn
) -> Status[dict[str, Any]]:
    """Create a performance as a draft."""
    require(request, Scope.CATALOGUE, "shows.add_performance")
    fields, parts = _parts_of(data)
    with _as_problems():
        performance = write_performance(performance=Performance(), data=fields, **parts)
    return Status(201, _performance_out(request, response, performance))


@router.patch("/performances/{pk}", response=PerformanceOut, summary="Update a performance")
def update_performance(
    request: ApiRequest, response: HttpResponse, pk: Id, data: PerformanceChange
) -> dict[str, Any]:
    """Change a performance. With `If-Match`, only if it is still what was read.

    Once it is on sale, show, plan, currency and categories are locked. A new time reschedules it:
    ticket holders are e-mailed, and can cancel for a full refund until `refund_until`. New prices
    are logged. Both need a `reason`.
    """
    require(request, Scope.CATALOGUE, "shows.change_performance")
    performance = get_object_or_404(Performance, pk=pk)
    fields, parts = _parts_of(data)
    terms = {name: fields.pop(name) for name in ("reason", "refund_until") if name in fields}
    with _as_problems():
        changed = change_performance(
            performance=performance,
            data=fields,
            actor=request.caller.actor,
            check=lambda locked: check_match(request, etag_of("performances", locked)),
            **parts,
            **terms,
        )
    return _performance_out(request, response, changed)


@router.delete("/performances/{pk}", response={204: None}, summary="Delete a performance")
def delete_performance(request: ApiRequest, pk: Id) -> Status[None]:
    """Delete a performance that has never been on sale."""
    require(request, Scope.CATALOGUE, "shows.delete_performance")
    with transaction.atomic():
        performance = _locked(request, "performances", Performance, pk=pk)
        if performance.opened_at is not None:
            raise Problem(409, "in-use", _("It has been on sale, so it cannot be deleted."))
        return _deleted(performance)


def _locked(request: ApiRequest, kind: str, model: type[M], **lookup: Any) -> M:
    """Return the row, locked and checked against the request's `If-Match`, or raise `Http404`."""
    rows = model._default_manager.select_for_update(no_key=True, of=("self",))
    row = get_object_or_404(rows, **lookup)
    check_match(request, etag_of(kind, row))
    return row


def _sent(data: Schema) -> dict[str, Any]:
    """Return the members that were sent; nested objects are complete."""
    whole = data.dict()
    return {name: whole[name] for name in whole if name in data.model_fields_set}


def _with_tax(row: Schema, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with all three of its tax if one of them was sent, else with none."""
    values = {name: value for name, value in values.items() if name not in TAX}
    if row.model_fields_set.isdisjoint(TAX):
        return values
    return values | {name: getattr(row, name) for name in TAX}


def _deleted(row: Model) -> Status[None]:
    try:
        row.delete()
    except ProtectedError:
        raise Problem(409, "in-use", _("It is in use, so it cannot be deleted.")) from None
    return Status(204, None)


def _parts_of(data: Schema) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the members that were sent, and separately the show and plan that they name."""
    fields = _sent(data)
    for name in ("prices", "concessions"):
        if fields.get(name) is not None:
            rows = zip(getattr(data, name), fields[name], strict=True)
            fields[name] = [_with_tax(row, values) for row, values in rows]
    show, plan = fields.pop("show", None), fields.pop("plan", None)
    return fields, {
        "show": show and get_object_or_404(Show, slug=show),
        "plan": plan and get_object_or_404(SeatingPlan, pk=plan),
    }


def _venue_out(request: ApiRequest, response: HttpResponse, venue: Venue) -> dict[str, Any]:
    row = with_capacity(Venue.objects.all()).get(pk=venue.pk)
    return venue_out(with_etag(request, response, "venues", row))


def _performance_out(
    request: ApiRequest, response: HttpResponse, performance: Performance
) -> dict[str, Any]:
    row = with_details(Performance.objects.select_related("plan")).get(pk=performance.pk)
    return performance_out(with_etag(request, response, "performances", row))


@contextmanager
def _as_problems() -> Iterator[None]:
    """Raise refusals of the catalogue as `Problem`."""
    try:
        yield
    except FieldLocked as refusal:
        raise Problem(409, "in-use", str(refusal)) from None
    except InvalidCatalogueData as refusal:
        errors = [
            {"pointer": f"/body/{field}".rstrip("/"), "detail": sentence}
            for field, sentence in refusal.faults
        ]
        raise Problem(422, "invalid", str(refusal), errors=errors) from None
    except InvalidPicture as refusal:
        errors = [{"pointer": "/body/file", "detail": str(refusal)}]
        raise Problem(422, "invalid-picture", str(refusal), errors=errors) from None
