"""The pages of venues and their performances. `venues` itself may not import `shows`."""

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.public_pages import public_page
from shows.models import Performance
from shows.search_terms import correct
from venues.models import Venue
from venues.search import find_venues

VENUES = 24
PERFORMANCES = 20
PAST = 6
LONGEST_QUERY = 100


@require_safe
@public_page(1, query=["page"], uncached=["q"])
def venue_list(request: HttpRequest) -> HttpResponse:
    """List venues with the number of their upcoming performances; `q` searches name and city."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    upcoming = Performance.objects.public().taking_place().upcoming()
    counted = upcoming.order_by().filter(venue=OuterRef("pk")).values("venue")
    venues = find_venues(query)
    if query and not venues.exists():
        venues = find_venues(correct(query))
    venues = venues.annotate(
        upcoming_count=Coalesce(Subquery(counted.values(number=Count("pk"))), 0)
    )
    page = Paginator(venues, VENUES).get_page(request.GET.get("page"))
    return render(request, "venues/list.html", {"page": page, "query": query})


@require_safe
@public_page(1, query=["page"])
def venue(request: HttpRequest, slug: str) -> HttpResponse:
    venue = get_object_or_404(Venue, slug=slug)
    performances = Performance.objects.public().filter(venue=venue).select_related("show")
    upcoming = performances.upcoming().with_price_range()
    page = Paginator(upcoming, PERFORMANCES).get_page(request.GET.get("page"))
    past = list(performances.taking_place().past()[:PAST])
    for performance in [*page.object_list, *past]:
        performance.venue = venue
    context = {"venue": venue, "brand_venue": venue, "page": page, "past": past}
    context["pictures"] = list(venue.pictures.all())
    return render(request, "venues/venue.html", context)
