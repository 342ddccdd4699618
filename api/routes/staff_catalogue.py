"""For staff and their integrations: venues, seating plans, shows and performances."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, ProtectedError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Body, File, Router, Schema, Status, UploadedFile

from bookings.staff_operations.performance_changes import change_performance
from core.pictures import InvalidPicture, read_picture
from shows.catalogue_tax import TAX
from shows.catalogue_write import (
    FieldLocked,
    InvalidCatalogueData,
    write_performance,
    write_show,
    write_venue,
)
from shows.models import Performance, Show
from shows.posters import set_poster
from venues.models import SeatingPlan, Venue
from venues.pictures import set_picture
from venues.plan_format import InvalidPlan, read_plan
from venues.plans import add_plan_version

from ..callers import STAFF, ApiRequest, require
from ..models import Scope
from ..preconditions import check_match, etag_of, with_etag
from ..problems import Problem
from ..schemas import Id
from .catalogue import Slug
from .catalogue_bodies import PerformanceChange, PerformanceIn, PlanOut, ShowIn, VenueIn
from .catalogue_out import PerformanceOut, ShowOut, performance_out, show_out, with_details
from .venues import VenueOut, venue_out, with_capacity

router = Router(auth=STAFF)
M = TypeVar("M", bound=Model)


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
