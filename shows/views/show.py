"""The pages of a show and of an artist."""

from operator import attrgetter

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.annotations import HtmxRequest
from core.public_pages import public_page
from shows.catalogue import similar_shows
from shows.models import Artist, Performance, PriceCategory, Show
from shows.structured_data import show_as_json_ld
from shows.views.following import choices_for

REVIEWS = 8
PAST = 6
SIMILAR = 6


@require_safe
@public_page(1, query=["page"])
def show(request: HtmxRequest, slug: str) -> HttpResponse:
    show = get_object_or_404(
        Show.objects.reachable().prefetch_related("artists", "tags"), slug=slug
    )
    performances = show.performances.reachable().select_related("venue")
    offers = Prefetch("price_categories", PriceCategory.objects.with_places())
    upcoming = list(performances.upcoming().with_price_range().prefetch_related(offers))
    reviews = Paginator(show.reviews.published().select_related("author"), REVIEWS)
    offered = [each for each in upcoming if each.has_tickets_now and each.price_from is not None]
    context = {
        "show": show,
        "upcoming": upcoming,
        "venues": list({each.venue_id: each.venue for each in upcoming}.values()),
        "past": performances.past()[:PAST],
        "cheapest": min(offered, key=attrgetter("price_from"), default=None),
        "reviews": reviews.get_page(request.GET.get("page")),
        "similar": similar_shows(show, SIMILAR),
        "json_ld": show_as_json_ld(show, upcoming),
        "follow": choices_for(request, show, *show.artists.all()),
    }
    return render(request, "shows/show.html", context)


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
