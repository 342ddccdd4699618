"""For staff and their programs: venues, seating plans, shows and performances.

Written through the forms of the admin, so that the same is refused here and there.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db import transaction
from django.db.models import ProtectedError
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import gettext as _
from ninja import Body, Field, Router, Schema, Status

from shows.admin_forms import PerformanceForm, ShowForm
from shows.models import Artist, Concession, Performance, PriceCategory, Show, Tag
from shows.search import index_show, index_shows
from shows.terms import forget_terms
from venues.forms import VenueForm
from venues.models import SeatingPlan, Venue
from venues.plan_format import InvalidPlan, read_plan
from venues.plans import add_plan_version

from ..callers import STAFF, require
from ..models import Scope
from ..problems import Problem
from ..words import Id
from .account import invalid_form
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
    starts_at: datetime | None = None
    doors_at: datetime | None = None
    on_sale_from: datetime | None = None
    on_sale_until: datetime | None = None
    currency: Annotated[str, Field(max_length=3)] | None = None
    customer_limit: Annotated[int, Field(ge=1, le=50)] | None = None
    cancel_until_hours: Annotated[int, Field(ge=0, le=9999)] | None = None
    keep_fee: bool | None = None
    allow_single_gaps: bool | None = None
    accessible_released: bool | None = None
    prices: Annotated[list[PriceIn], Field(max_length=50)] | None = None
    concessions: Annotated[list[ConcessionIn], Field(max_length=50)] | None = None


class PlanOut(Schema):
    id: int
    name: str
    version: int
    categories: list[dict[str, Any]]
    warnings: list[str] = []


@router.post("/venues", response={201: VenueOut})
def create_venue(request, data: VenueIn):
    require(request, Scope.CATALOGUE, "venues.add_venue")
    values = data.dict(exclude_none=True)
    values.setdefault("slug", slugify(values.get("name", "")))
    return Status(201, _saved(VenueForm(values)))


@router.patch("/venues/{slug}", response=VenueOut)
def change_venue(request, slug: Slug, data: VenueIn):
    require(request, Scope.CATALOGUE, "venues.change_venue")
    venue = _saved(
        _form(VenueForm, get_object_or_404(Venue, slug=slug), data.dict(exclude_unset=True))
    )
    index_shows(Show.objects.filter(performances__venue=venue).distinct())
    return venue


@router.delete("/venues/{slug}", response={204: None})
def delete_venue(request, slug: Slug):
    """Delete a venue that nothing stands on."""
    require(request, Scope.CATALOGUE, "venues.delete_venue")
    return _deleted(get_object_or_404(Venue, slug=slug))


@router.post("/venues/{slug}/plans", response={201: PlanOut})
def import_plan(request, slug: Slug, document: Body[dict[str, Any]]):
    """Take in a seating plan in the open plan format, as the next version of its name."""
    require(request, Scope.CATALOGUE, "venues.add_seatingplan")
    venue = get_object_or_404(Venue, slug=slug)
    try:
        read = read_plan(request.body)
    except InvalidPlan as refusal:
        errors = [{"pointer": f"/body/{f.path}", "detail": f.message} for f in refusal.faults]
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
def create_show(request, data: ShowIn):
    """Add a show. Artists and tags are names; new ones are added too."""
    require(request, Scope.CATALOGUE, "shows.add_show")
    return Status(201, show_out(_write_show(Show(), data)))


@router.patch("/shows/{slug}", response=ShowOut)
def change_show(request, slug: Slug, data: ShowIn):
    require(request, Scope.CATALOGUE, "shows.change_show")
    return show_out(_write_show(get_object_or_404(Show, slug=slug), data))


@router.delete("/shows/{slug}", response={204: None})
def delete_show(request, slug: Slug):
    """Delete a show that has no performances."""
    require(request, Scope.CATALOGUE, "shows.delete_show")
    return _deleted(get_object_or_404(Show, slug=slug))


@router.post("/performances", response={201: PerformanceOut})
def create_performance(request, data: PerformanceIn):
    """Add a performance as a draft. `plan` is the id of one of the venue's seating plans."""
    require(request, Scope.CATALOGUE, "shows.add_performance")
    return Status(201, performance_out(_write_performance(Performance(), data)))


@router.patch("/performances/{pk}", response=PerformanceOut)
def change_performance(request, pk: Id, data: PerformanceIn):
    """Change a performance. Once it is on sale, show, plan, currency and categories are fixed."""
    require(request, Scope.CATALOGUE, "shows.change_performance")
    return performance_out(_write_performance(get_object_or_404(Performance, pk=pk), data))


@router.delete("/performances/{pk}", response={204: None})
def delete_performance(request, pk: Id):
    """Delete a performance that has never been on sale."""
    require(request, Scope.CATALOGUE, "shows.delete_performance")
    performance = get_object_or_404(Performance, pk=pk)
    if performance.opened_at is not None:
        raise Problem(409, "in-use", _("It has been on sale, so it stays."))
    return _deleted(performance)


def _form(form_class, instance, data):
    """A form of the instance as it is, with what was sent."""
    fields = form_class._meta.fields
    values = {
        name: instance._meta.get_field(name).value_from_object(instance)
        for name in fields
        if instance.pk or not instance._meta.get_field(name).many_to_many
    }
    sent = {name: value for name, value in data.items() if name in fields}
    return form_class(values | sent, instance=instance)


def _saved(form):
    if not form.is_valid():
        raise invalid_form(form)
    return form.save()


def _deleted(row):
    try:
        row.delete()
    except ProtectedError:
        raise Problem(409, "in-use", _("Other things still stand on it.")) from None
    return Status(204, None)


@transaction.atomic
def _write_show(show, data):
    sent = data.dict(exclude_unset=True)
    if not show.pk and not sent.get("slug"):
        sent["slug"] = slugify(sent.get("title") or "")
    for name, model in (("artists", Artist), ("tags", Tag)):
        if name in sent:
            sent[name] = [_named(model, text).pk for text in sent[name] or []]
    show = _saved(_form(ShowForm, show, sent))
    index_show(show)
    return show


def _named(model, name):
    slug = slugify(name) or name
    found = model.objects.filter(name=name).first() or model.objects.filter(slug=slug).first()
    return found or model.objects.create(
        name=name, slug=slug[: model._meta.get_field("slug").max_length]
    )


@transaction.atomic
def _write_performance(performance, data):
    sent = data.dict(exclude_unset=True)
    prices, concessions = sent.pop("prices", None), sent.pop("concessions", None)
    if performance.opened_at is not None and {"show", "plan", "currency"} & set(sent):
        raise Problem(409, "in-use", _("It is on sale: show, plan and currency are fixed."))
    if "show" in sent:
        sent["show"] = get_object_or_404(Show, slug=sent["show"]).pk
    if "plan" in sent:
        sent["venue"] = get_object_or_404(SeatingPlan, pk=sent["plan"]).venue_id
    performance = _saved(_form(PerformanceForm, performance, sent))
    if prices is not None:
        _write_prices(performance, prices)
    if concessions is not None:
        _write_concessions(performance, concessions)
    index_show(performance.show)
    transaction.on_commit(lambda: forget_terms(performance.pk))
    return told(Performance.objects.all()).get(pk=performance.pk)


def _write_prices(performance, prices):
    known = [category["name"] for category in performance.plan.categories]
    names = [row["category"] for row in prices]
    if performance.opened_at is not None:
        known = list(performance.price_categories.values_list("name", flat=True))
    if len(set(names)) < len(names) or not set(names) <= set(known):
        words = _("Each category of the plan once, and no others: %s.") % ", ".join(known)
        raise Problem(422, "invalid", words)
    for ordinal, row in enumerate(prices):
        if row["fee"] > row["price"]:
            raise Problem(422, "invalid", _("The fee is a part of the price."))
        PriceCategory.objects.update_or_create(
            performance=performance,
            name=row["category"],
            defaults={"price": row["price"], "fee": row["fee"]},
            create_defaults={
                "price": row["price"],
                "fee": row["fee"],
                "ordinal": ordinal,
                "colour": ordinal % 8,
            },
        )
    if performance.opened_at is None:
        performance.price_categories.exclude(name__in=names).delete()


def _write_concessions(performance, concessions):
    names = [row["name"] for row in concessions]
    if len(set(names)) < len(names):
        raise Problem(422, "invalid", _("Each concession once."))
    for ordinal, row in enumerate(concessions):
        Concession.objects.update_or_create(
            performance=performance, name=row["name"], defaults=row | {"ordinal": ordinal}
        )
    performance.concessions.exclude(name__in=names).delete()
