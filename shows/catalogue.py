"""Listing shows: filters, sorting, and the data that their cards show."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower

from .models import Performance, Show, Tag
from .names import words_of
from .search import search_shows
from .search_terms import correct

SOONEST, NEWEST, CHEAPEST, BY_TITLE = "soonest", "new", "price", "title"


def find_shows(
    *,
    query: str = "",
    city: str = "",
    venue: str = "",
    tag: str = "",
    first: date | None = None,
    last: date | None = None,
    max_price: Decimal | None = None,
    sort: str = "",
    past: bool = False,
    now: datetime | None = None,
) -> QuerySet[Show]:
    """Return the shows with an upcoming performance that matches all filters.

    `performance_id` and `performance_at` are annotated: the next such performance that has, or will
    have, tickets on sale, or the next if none does. With `past`, return the shows without upcoming
    performances instead, with their last one. `sort` is one of the constants above; by default the
    best match comes first if there is a query, else the next performance.
    """
    performances = _performances(city, venue, first, last, max_price, past, now)
    of_the_show = performances.filter(show=OuterRef("pk"))
    if not past:
        of_the_show = of_the_show.without_tickets_last(now)
    shows = (
        Show.objects.published()
        .annotate(
            performance_id=Subquery(of_the_show.values("pk")[:1]),
            performance_at=Subquery(of_the_show.values("starts_at")[:1]),
        )
        .filter(performance_id__isnull=False)
    )
    if past:
        upcoming = Performance.objects.public().taking_place().upcoming(now)
        shows = shows.exclude(Exists(upcoming.filter(show=OuterRef("pk"))))
    if tag:
        shows = shows.filter(tags__slug=tag)
    soonest = "-performance_at" if past else "performance_at"
    shows = search_shows(query, shows.order_by(soonest, "pk"))
    return _sorted(shows, sort, soonest, of_the_show)


def find_or_correct(*, query: str = "", **filters: Any) -> tuple[QuerySet[Show], str]:
    """Return the shows that match, and "".

    If there are none, try the query with its spelling corrected, and return what it was corrected
    to if that finds something.
    """
    shows = find_shows(query=query, **filters)
    if not query or shows.exists():
        return shows, ""
    corrected = correct(query)
    if corrected and corrected != " ".join(words_of(query)):
        similar = find_shows(query=corrected, **filters)
        if similar.exists():
            return similar, corrected
    return shows, ""


def latest_shows(number: int, now: datetime | None = None) -> list[Show]:
    """Return the upcoming shows that were added last."""
    return with_performances(find_shows(sort=NEWEST, now=now)[:number])


def similar_shows(show: Show, number: int, now: datetime | None = None) -> list[Show]:
    """Return other upcoming shows that share a genre with `show`, in order of their dates."""
    tags = [tag.pk for tag in show.tags.all()]
    if not tags:
        return []
    shows = find_shows(now=now).filter(tags__in=tags).exclude(pk=show.pk).distinct()
    return with_performances(shows[:number])


def with_performances(queryset: Any) -> list[Show]:
    """Load the shows of `find_shows` with their artists and, as `performance`, what cards show.

    Costs two queries besides the one for the shows.
    """
    shows = list(queryset.prefetch_related("artists"))
    performances = (
        Performance.objects.filter(pk__in=[show.performance_id for show in shows])
        .select_related("venue")
        .with_price_range()
        .in_bulk()
    )
    for show in shows:
        show.performance = performances.get(show.performance_id)
        if show.performance:
            show.performance.show = show
    return shows


def cities(now: datetime | None = None) -> list[str]:
    """Return the names of the cities with upcoming performances."""
    performances = Performance.objects.public().taking_place().upcoming(now).order_by()
    names = performances.values_list("venue__city", flat=True).distinct()
    return sorted(names, key=str.casefold)


def tags(now: datetime | None = None) -> QuerySet[Tag]:
    """Return the genres of the upcoming shows."""
    performances = Performance.objects.public().taking_place().upcoming(now)
    shows = Show.objects.filter(pk__in=performances.order_by().values("show"))
    return Tag.objects.filter(pk__in=shows.values("tags")).order_by("name")


def _performances(city, venue, first, last, max_price, past, now):
    performances = Performance.objects.public().taking_place()
    performances = performances.past(now) if past else performances.upcoming(now)
    if city:
        performances = performances.filter(venue__city=city)
    if venue:
        performances = performances.filter(venue__slug=venue)
    if first or last:
        performances = performances.on_dates(first, last)
    if max_price is not None:
        performances = performances.costing_at_most(max_price)
    return performances


def _sorted(shows, sort, soonest, of_the_show):
    if sort == SOONEST:
        return shows.order_by(soonest, "pk")
    if sort == NEWEST:
        return shows.latest_added()
    if sort == BY_TITLE:
        return shows.order_by(Lower("title"), "pk")
    if sort == CHEAPEST:
        cheapest = of_the_show.with_price_range().order_by("price_from").values("price_from")
        shows = shows.annotate(price_from=Subquery(cheapest[:1]))
        return shows.order_by(F("price_from").asc(nulls_last=True), soonest, "pk")
    return shows
