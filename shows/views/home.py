"""The first page: what was added last, what comes soonest."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.public_pages import public_page
from shows.catalogue import cities, latest_shows, tags
from shows.models import Performance

LATEST = 6
SOONEST = 8


@require_safe
@public_page(1)
def home(request):
    latest = latest_shows(LATEST + 1)
    soonest = Performance.objects.public().taking_place().upcoming()
    context = {
        "featured": latest[0] if latest else None,
        "latest": latest[1:],
        "soonest": soonest.select_related("show", "venue").with_price_range()[:SOONEST],
        "cities": cities(),
        "tags": tags(),
    }
    return render(request, "shows/home.html", context)
