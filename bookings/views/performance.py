"""The page of one performance: seat map, prices and the forms to choose seats."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core.public_pages import public_page
from core.shared_cache import get_or_build
from shows.models import Performance
from shows.terms import NoSuchPerformance, Terms, terms_of
from venues.drawing import drawing_of
from waitingroom.sessions import COOKIE as SESSION_COOKIE
from waitingroom.sessions import Session, session_of_page

from ..insights.page_visits import open_counter
from ..seat_selection.performance_map import map_context
from ..seatmap.color_sheet import color_sheet_url


@require_safe
@public_page(1, query=["section"], personal=SESSION_COOKIE)
def performance_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the seating plan, or one section of it (`?section=`), the same for everybody.

    Only header and footer differ for signed-in customers; visitors admitted from a queue get the
    forms to buy.
    """
    terms = public_terms(pk)
    slug = request.GET.get("section", "")
    if slug and not has_seats(terms, slug):
        raise Http404
    session = session_of_page(request, pk)
    has_pass = session is not None and session.is_valid
    seating = get_or_build(
        f"seating {pk} {slug} {get_language()} {has_pass}",
        1,
        lambda: _seating(pk, slug, has_pass=has_pass),
    )
    return _framed(request, terms, slug, seating, session=session)


def public_terms(pk: int) -> Terms:
    """Return the terms of a public performance, or raise 404."""
    try:
        terms = terms_of(pk)
    except NoSuchPerformance:
        raise Http404 from None
    if not terms.is_public:
        raise Http404
    return terms


def has_seats(terms: Terms, slug: str) -> bool:
    """Return whether the performance has a seated section with this slug."""
    section = drawing_of(terms.plan_id).by_slug.get(slug)
    return section is not None and not section.is_standing


def render_refused(
    request: HttpRequest, terms: Terms, slug: str, *, status: int, **context: Any
) -> HttpResponse:
    """Render the page in response to a form. `context` has what was sent, and the `answer`.

    Visitors who can send the form have a pass, if one is needed.
    """
    seating = _seating(terms.performance_id, slug, has_pass=True, **context)
    session = session_of_page(request, terms.performance_id)
    return _framed(request, terms, slug, seating, status, session=session)


def _seating(
    pk: int, slug: str, *, has_pass: bool, chosen: Any = frozenset(), **context: Any
) -> str:
    performances = Performance.objects.reachable().select_related("show", "venue")
    performance = get_object_or_404(performances, pk=pk)
    open_counter(pk)
    context = map_context(performance, slug, chosen, has_pass=has_pass) | context
    return render_to_string("bookings/_performance.html", context)


def _framed(
    request: HttpRequest,
    terms: Terms,
    slug: str,
    seating: str,
    status: int = 200,
    *,
    session: Session | None,
) -> HttpResponse:
    context = {
        "session": session,
        "terms": terms,
        "colors_url": color_sheet_url(terms),
        "section": slug,
        "seating_plan": seating,
    }
    return render(request, "bookings/performance.html", context, status=status)
