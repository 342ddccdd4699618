"""The pages of a show and of an artist."""

from collections.abc import Sequence
from operator import attrgetter

from django.core.paginator import Paginator
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.annotations import HtmxRequest
from core.public_pages import public_page
from organisation.legal_texts import help_entries
from shows.catalogue import similar_shows
from shows.date_calendar import MANY, Month, local_date, month_of
from shows.models import Artist, Performance, PriceCategory, Show
from shows.online_sales import has_tickets_online, online_price, online_state
from shows.structured_data import LISTED, show_as_json_ld
from shows.views.following import choices_for

REVIEWS = 8
QUESTIONS = 6
PAST = 6
SIMILAR = 6
# The best first: what stands beside the button of a show of which no tickets can be bought.
STATES = [
    Performance.SaleState.BOX_OFFICE,
    Performance.SaleState.ANNOUNCED,
    Performance.SaleState.SOLD_OUT,
    Performance.SaleState.ENDED,
    Performance.SaleState.CANCELLED,
]


@require_safe
@public_page(1, query=["page", "month", "dates"])
def show(request: HtmxRequest, slug: str) -> HttpResponse:
    """Show a show with its dates: as a list, or one month of many; for HTMX, the dates alone."""
    show = get_object_or_404(
        Show.objects.reachable().prefetch_related("artists", "tags", "pictures", "media_links"),
        slug=slug,
    )
    performances = show.performances.reachable().select_related("venue")
    upcoming = list(performances.upcoming().with_price_range())
    offers = Prefetch("price_categories", PriceCategory.objects.with_places())
    prefetch_related_objects(upcoming[:LISTED], offers)
    reviews = Paginator(show.reviews.published().select_related("author"), REVIEWS)
    priced = [each for each in upcoming if online_price(each) is not None]
    offered = [each for each in priced if has_tickets_online(each)]
    by_id = {each.venue_id: each.venue for each in upcoming}
    for performance in upcoming:
        performance.venue = by_id[performance.venue_id]
    venues = list(by_id.values())
    prefetch_related_objects(venues, "pictures")
    month = _month(upcoming, request.GET)
    context = {
        "show": show,
        "upcoming": upcoming,
        "has_many_dates": len(upcoming) >= MANY,
        "month": month,
        "venues": venues,
        "questions": help_entries()[:QUESTIONS],
        "past": performances.past()[:PAST],
        "cheapest": min(offered, key=attrgetter("price_from"), default=None),
        "not_on_sale": _best_without_tickets(upcoming),
        "reviews": reviews.get_page(request.GET.get("page")),
        "similar": similar_shows(show, SIMILAR),
        "json_ld": show_as_json_ld(show, upcoming),
        "follow": choices_for(request, show, *show.artists.all()),
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    response = render(request, "shows/_dates.html" if is_part else "shows/show.html", context)
    if request.GET.get("month", "") not in ("", f"{month.first:%Y-%m}" if month else ""):
        # Not cached, as there are endless invalid URLs.
        response.headers["Cache-Control"] = "no-store"
    return response


def _best_without_tickets(upcoming: Sequence[Performance]) -> Performance | None:
    """Return the first of the performances with the best state, of those without tickets now."""
    states = {each: online_state(each) for each in upcoming}
    found = [each for each in upcoming if states[each] in STATES]
    return min(found, key=lambda each: STATES.index(states[each]), default=None)


def _month(upcoming: Sequence[Performance], query: QueryDict) -> Month | None:
    """Return the month to show as a calendar, by default the first; None to show a list."""
    if len(upcoming) < MANY or query.get("dates") == "list":
        return None
    return month_of(upcoming, query.get("month", "")) or month_of(
        upcoming, f"{local_date(upcoming[0]):%Y-%m}"
    )


@require_safe
@public_page(1)
def artist(request: HtmxRequest, slug: str) -> HttpResponse:
    artist = get_object_or_404(Artist, slug=slug)
    shows = list(artist.shows.published().prefetch_related("artists"))
    if not shows:
        raise Http404
    performances = Performance.objects.public().filter(show__artists=artist)
    performances = performances.select_related("show", "venue")
    context = {
        "artist": artist,
        "upcoming": performances.taking_place().upcoming().with_price_range(),
        "past": performances.taking_place().past()[:PAST],
        "shows": shows,
        "follow": choices_for(request, artist),
    }
    return render(request, "shows/artist.html", context)
