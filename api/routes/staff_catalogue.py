"""For staff and their programs: venues, seating plans, shows and performances."""

from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Any

from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Body, Field, Router, Schema, Status

from bookings.staff_operations.performance_changes import change_performance
from shows.catalogue_write import (
    FieldLocked,
    InvalidCatalogueData,
    write_performance,
    write_show,
    write_venue,
)
from shows.models import Performance, Show
from venues.models import SeatingPlan, Venue
from venues.plan_format import InvalidPlan, read_plan
from venues.plans import add_plan_version

from ..callers import STAFF, require
from ..models import Scope
from ..preconditions import check_match, etag_of, with_etag
from ..problems import Problem
from ..schemas import Id, Moment
from .catalogue import PerformanceOut, ShowOut, Slug, VenueOut, performance_out, show_out, told

router = Router(auth=STAFF)
Name = Annotated[str, Field(min_length=1, max_length=160)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)]
Short = Annotated[str, Field(min_length=1, max_length=80)]
ArtistName = Annotated[str, Field(min_length=1, max_length=120)]
TagName = Annotated[str, Field(min_length=1, max_length=40)]


class VenueIn(Schema):
    name: Annotated[str, Field(max_length=120)] | None = None
    slug: Annotated[str, Field(max_length=120)] | None = None
    address: Annotated[str, Field(max_length=200)] | None = None
    postcode: Annotated[str, Field(max_length=20)] | None = None
    city: Annotated[str, Field(max_length=80)] | None = None
    country: Annotated[str, Field(max_length=2)] | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    description: Annotated[str, Field(max_length=20_000)] | None = None


class ShowIn(Schema):
    title: Name | None = None
    slug: Annotated[str, Field(max_length=160)] | None = None
    artists: Annotated[list[ArtistName], Field(max_length=50)] | None = None
    tags: Annotated[list[TagName], Field(max_length=20)] | None = None
    description: Annotated[str, Field(max_length=20_000)] | None = None
    is_published: bool | None = None
    is_unlisted: bool | None = None
    duration: Annotated[int, Field(ge=1, le=1440)] | None = None
    age_rating: Annotated[int, Field(ge=0, le=99)] | None = None


class PriceIn(Schema):
    category: Short
    price: Amount
    fee: Amount = Decimal(0)


class ConcessionIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    percent_off: Annotated[int, Field(ge=1, le=100)]
    proof: Annotated[str, Field(max_length=120)] = ""


class PerformanceIn(Schema):
    show: Slug | None = None
    plan: Id | None = None
    starts_at: Moment | None = None
    doors_at: Moment | None = None
    on_sale_from: Moment | None = None
    on_sale_until: Moment | None = None
    currency: Annotated[str, Field(max_length=3)] | None = None
    customer_limit: Annotated[int, Field(ge=1, le=50)] | None = None
    cancel_until_hours: Annotated[int, Field(ge=0, le=9999)] | None = None
    keep_fee: bool | None = None
    allow_single_gaps: bool | None = None
    accessible_released: bool | None = None
    prices: Annotated[list[PriceIn], Field(max_length=50)] | None = None
    concessions: Annotated[list[ConcessionIn], Field(max_length=50)] | None = None


class PerformanceChange(PerformanceIn):
    """Once it is on sale, a new time or new prices need a `reason`, which is logged."""

    reason: Annotated[str, Field(max_length=200)] = ""
    refund_until: Moment | None = Field(
        None, description="With a new time: until then tickets may be given back for their price."
    )


class PlanOut(Schema):
    id: int
    name: str
    version: int
    categories: list[dict[str, Any]]
    warnings: list[str] = []


@router.post("/venues", response={201: VenueOut})
def create_venue(request, response: HttpResponse, data: VenueIn):
    require(request, Scope.CATALOGUE, "venues.add_venue")
    with _as_problems():
        made = write_venue(venue=Venue(), data=data.dict(exclude_none=True))
    return Status(201, with_etag(request, response, "venues", made))


@router.patch("/venues/{slug}", response=VenueOut)
def change_venue(request, response: HttpResponse, slug: Slug, data: VenueIn):
    """Change a venue. With `If-Match`, only if it is still what was read."""
    require(request, Scope.CATALOGUE, "venues.change_venue")
    with transaction.atomic(), _as_problems():
        venue = _locked(request, "venues", Venue, slug=slug)
        changed = write_venue(venue=venue, data=_sent(data))
    return with_etag(request, response, "venues", changed)


@router.delete("/venues/{slug}", response={204: None})
def delete_venue(request, slug: Slug):
    """Delete a venue that nothing stands on."""
    require(request, Scope.CATALOGUE, "venues.delete_venue")
    with transaction.atomic():
        return _deleted(_locked(request, "venues", Venue, slug=slug))


@router.post("/venues/{slug}/plans", response={201: PlanOut})
def import_plan(request, slug: Slug, document: Body[dict[str, Any]]):
    """Take in a seating plan in the open plan format, as the next version of its name."""
    require(request, Scope.CATALOGUE, "venues.add_seatingplan")
    venue = get_object_or_404(Venue, slug=slug)
    try:
        read = read_plan(request.body)
    except InvalidPlan as refusal:
        errors = [{"pointer": f"/body/{f.path}", "detail": str(f)} for f in refusal.faults]
        raise Problem(422, "invalid-plan", str(refusal), errors=errors) from None
    plan = add_plan_version(venue=venue, name=read.draft.name, draft=read.draft)
    facts = {name: getattr(plan, name) for name in ("id", "name", "version", "categories")}
    return Status(201, facts | {"warnings": list(read.warnings)})


@router.get("/venues/{slug}/plans", response=list[PlanOut])
def plans(request, slug: Slug):
    """List the venue's seating plans, the newest version of each first."""
    require(request, Scope.CATALOGUE, "venues.view_seatingplan")
    return list(get_object_or_404(Venue, slug=slug).plans.all())


@router.post("/shows", response={201: ShowOut})
def create_show(request, response: HttpResponse, data: ShowIn):
    """Add a show. Artists and tags are names; new ones are added too."""
    require(request, Scope.CATALOGUE, "shows.add_show")
    with _as_problems():
        made = write_show(show=Show(), data=_sent(data))
    return Status(201, show_out(with_etag(request, response, "shows", made)))


@router.patch("/shows/{slug}", response=ShowOut)
def change_show(request, response: HttpResponse, slug: Slug, data: ShowIn):
    """Change a show. With `If-Match`, only if it is still what was read."""
    require(request, Scope.CATALOGUE, "shows.change_show")
    with transaction.atomic(), _as_problems():
        show = _locked(request, "shows", Show, slug=slug)
        changed = write_show(show=show, data=_sent(data))
    return show_out(with_etag(request, response, "shows", changed))


@router.delete("/shows/{slug}", response={204: None})
def delete_show(request, slug: Slug):
    """Delete a show that has no performances."""
    require(request, Scope.CATALOGUE, "shows.delete_show")
    with transaction.atomic():
        return _deleted(_locked(request, "shows", Show, slug=slug))


@router.post("/performances", response={201: PerformanceOut})
def create_performance(request, response: HttpResponse, data: PerformanceIn):
    """Add a performance as a draft. `plan` is the id of one of the venue's seating plans."""
    require(request, Scope.CATALOGUE, "shows.add_performance")
    said, parts = _parts_of(data)
    with _as_problems():
        made = write_performance(performance=Performance(), data=said, **parts)
    return Status(201, _performance_out(request, response, made))


@router.patch("/performances/{pk}", response=PerformanceOut)
def patch_performance(request, response: HttpResponse, pk: Id, data: PerformanceChange):
    """Change a performance. With `If-Match`, only if it is still what was read.

    Once it is on sale, show, plan, currency and categories are fixed. A new time then reschedules
    it: ticket holders are told by e-mail, and may give tickets back until `refund_until`. New
    prices are logged. Both need a `reason`.
    """
    require(request, Scope.CATALOGUE, "shows.change_performance")
    performance = get_object_or_404(Performance, pk=pk)
    said, parts = _parts_of(data)
    terms = {name: said.pop(name) for name in ("reason", "refund_until") if name in said}
    with _as_problems():
        changed = change_performance(
            performance=performance,
            said=said,
            actor=request.caller.actor,
            check=lambda locked: check_match(request, etag_of("performances", locked)),
            **parts,
            **terms,
        )
    return _performance_out(request, response, changed)


@router.delete("/performances/{pk}", response={204: None})
def delete_performance(request, pk: Id):
    """Delete a performance that has never been on sale."""
    require(request, Scope.CATALOGUE, "shows.delete_performance")
    with transaction.atomic():
        performance = _locked(request, "performances", Performance, pk=pk)
        if performance.opened_at is not None:
            raise Problem(409, "in-use", _("It has been on sale, so it stays."))
        return _deleted(performance)


def _locked(request, kind, model, **wanted):
    """Return the row, locked and as the request's `If-Match` expects it, or 404."""
    row = get_object_or_404(model.objects.select_for_update(no_key=True, of=("self",)), **wanted)
    check_match(request, etag_of(kind, row))
    return row


def _sent(data):
    """Return the members that were sent; what is inside of them is complete."""
    whole = data.dict()
    return {name: whole[name] for name in whole if name in data.model_fields_set}


def _deleted(row):
    try:
        row.delete()
    except ProtectedError:
        raise Problem(409, "in-use", _("Other things still stand on it.")) from None
    return Status(204, None)


def _parts_of(data):
    """Return what was sent, and apart from it the show and the plan that it names."""
    said = _sent(data)
    show, plan = said.pop("show", None), said.pop("plan", None)
    return said, {
        "show": show and get_object_or_404(Show, slug=show),
        "plan": plan and get_object_or_404(SeatingPlan, pk=plan),
    }


def _performance_out(request, response, performance):
    row = told(Performance.objects.select_related("plan")).get(pk=performance.pk)
    return performance_out(with_etag(request, response, "performances", row))


@contextmanager
def _as_problems():
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
