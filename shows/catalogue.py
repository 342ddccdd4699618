"""Choosing from what is on: which shows a visitor's wishes leave, and what their cards tell."""

from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import Lower

from .models import Performance, Show, Tag
from .search import search_shows

SOONEST, NEWEST, CHEAPEST, BY_TITLE = "soonest", "new", "price", "title"


def find_shows(
    *,
    query="",
    city="",
    venue="",
    tag="",
    first=None,
    last=None,
    max_price=None,
    sort="",
    past=False,
    now=None,
):
    """Return the shows with a performance to come that meets every wish, annotated with it.

    `performance_id` and `performance_at` are the soonest such performance. With `past` it is the
    shows of which nothing is to come, with their last one. `sort` is one of the constants above;
    without it, the best match comes first when there is a query, else the soonest.
    """
    performances = _performances(city, venue, first, last, max_price, past, now)
    of_the_show = performances.filter(show=OuterRef("pk"))
    shows = (
        Show.objects.published()
        .annotate(
            performance_id=Subquery(of_the_show.values("pk")[:1]),
            performance_at=Subquery(of_the_show.values("starts_at")[:1]),
        )
        .filter(performance_id__isnull=False)
    )
    if past:
        to_come = Performance.objects.public().taking_place().upcoming(now)
        shows = shows.exclude(Exists(to_come.filter(show=OuterRef("pk"))))
    if tag:
        shows = shows.filter(tags__slug=tag)
    soonest = "-performance_at" if past else "performance_at"
    shows = search_shows(query, shows.order_by(soonest, "pk"))
    return _sorted(shows, sort, soonest, of_the_show)


def latest_shows(number, now=None):
    """Return the shows that were added last and are still to come."""
    return with_performances(find_shows(sort=NEWEST, now=now)[:number])


def similar_shows(show, number, now=None):
    """Return other shows to come that share a tag with `show`, the soonest first."""
    tags = [tag.pk for tag in show.tags.all()]
    if not tags:
        return []
    shows = find_shows(now=now).filter(tags__in=tags).exclude(pk=show.pk).distinct()
    return with_performances(shows[:number])


def with_performances(shows):
    """Give each show of `find_shows` its artists and, as `performance`, what its card tells of it.

    Costs two queries beside that for the shows.
    """
    shows = list(shows.prefetch_related("artists"))
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


def cities(now=None):
    """Return the names of the cities where something is to come."""
    performances = Performance.objects.public().taking_place().upcoming(now).order_by()
    names = performances.values_list("venue__city", flat=True).distinct()
    return sorted(names, key=str.casefold)


def tags(now=None):
    """Return the tags of the shows that are to come."""
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
