"""The page of one performance: the map, the prices, the ways to choose."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core.public_pages import public_page
from core.shared_cache import get_or_build
from shows.models import Performance
from shows.terms import NoSuchPerformance, terms_of
from venues.drawing import drawing_of

from ..seat_selection.performance_map import map_context


@require_safe
@public_page(1, query=["section"])
def performance_page(request, pk):
    """Show the house, or one section of it (`?section=`): the same for everybody.

    Those who are logged in have a frame of their own around the same house.
    """
    terms = public_terms(pk)
    slug = request.GET.get("section", "")
    if slug and not has_seats(terms, slug):
        raise Http404
    house = get_or_build(f"house {pk} {slug} {get_language()}", 1, lambda: _house(pk, slug))
    return _framed(request, terms, slug, house)


def public_terms(pk):
    """Return the Terms of a performance that customers may see, or 404."""
    try:
        terms = terms_of(pk)
    except NoSuchPerformance:
        raise Http404 from None
    if not terms.is_public:
        raise Http404
    return terms


def has_seats(terms, slug):
    """Whether the performance has a section of that name with seats to choose from."""
    section = drawing_of(terms.plan_id).by_slug.get(slug)
    return section is not None and not section.is_standing


def render_refused(request, terms, slug, *, status, **context):
    """Render the page as an answer to a form. `context` has what was sent, and the `answer`."""
    return _framed(request, terms, slug, _house(terms.performance_id, slug, **context), status)


def _house(pk, slug, *, chosen=frozenset(), **context):
    performances = Performance.objects.reachable().select_related("show", "venue")
    performance = get_object_or_404(performances, pk=pk)
    context = map_context(performance, slug, chosen) | context
    return render_to_string("bookings/_performance.html", context)


def _framed(request, terms, slug, house, status=200):
    context = {"terms": terms, "section": slug, "house": house}
    return render(request, "bookings/performance.html", context, status=status)
