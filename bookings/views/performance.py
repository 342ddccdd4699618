"""The page of one performance: the map, the prices, the ways to choose."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from concert.public_pages import public_page
from shows.models import Performance

from ..performance_map import map_context


@require_safe
@public_page(1, query=["section"])
def performance_page(request, pk):
    """Show the house, or one section of it (`?section=`): the same for everybody."""
    performance = get_performance(pk)
    return render_map(request, performance, section=request.GET.get("section", ""))


def get_performance(pk):
    """Return a performance that customers may see, with its show and venue, or 404."""
    performances = Performance.objects.public().select_related("show", "venue")
    return get_object_or_404(performances, pk=pk)


def render_map(request, performance, *, section="", status=200, **context):
    """Render the page. `context` may bring forms as they were sent, seats `chosen`, an `answer`."""
    chosen = context.pop("chosen", frozenset())
    context = map_context(performance, section, chosen) | context
    if context["current"] is None and section:
        raise Http404
    return render(request, "bookings/performance.html", context, status=status)
