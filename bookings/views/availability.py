"""Data for the seat map: which seats are free, the drawing of a section, and the plan's colours.

All are the same for everybody, and are served before session and visitor are read.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseNotModified
from django.shortcuts import redirect
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from core.headers import accepts_gzip, public_for_a_second
from core.public_pages import bypass_middleware
from shows.terms import NoSuchPerformance, Terms, terms_of
from venues.drawing import drawing_of

from ..seatmap.color_sheet import color_sheet_of, color_sheet_url, sheet_hash
from ..seatmap.drawn_sections import drawing_hash, drawn_section
from ..seatmap.snapshots import snapshot_of

IMMUTABLE = "public, max-age=31536000, immutable"


@bypass_middleware
@require_safe
def availability(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the snapshot of free seats, at most a second old."""
    try:
        if not terms_of(pk).is_public:
            return HttpResponseNotFound()
    except NoSuchPerformance:
        return HttpResponseNotFound()
    snapshot = snapshot_of(pk)
    headers = public_for_a_second(snapshot.etag)
    if request.headers.get("If-None-Match") == snapshot.etag:
        return HttpResponseNotModified(headers=headers)
    return _answer(request, snapshot.body, snapshot.gzipped, "application/json", headers)


@bypass_middleware
@require_safe
def drawing(request: HttpRequest, pk: int, slug: str, content_hash: str) -> HttpResponse:
    """Return the seats of a section. Immutable: a changed drawing has another URL."""
    try:
        terms = terms_of(pk)
    except NoSuchPerformance:
        return HttpResponseNotFound()
    section = drawing_of(terms.plan_id).by_slug.get(slug) if terms.is_public else None
    if section is None or section.is_standing:
        return HttpResponseNotFound()
    for language, _name in settings.LANGUAGES:
        with override(language):
            if drawing_hash(terms, section.id) == content_hash:
                drawn = drawn_section(terms, section.id)
                headers = {"Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"}
                return _answer(request, drawn.data, drawn.gzipped, "application/json", headers)
    return _to_current_drawing(request, terms, section)


@bypass_middleware
@require_safe
def colors(request: HttpRequest, pk: int, content_hash: str) -> HttpResponse:
    """Return the style sheet of the plan's own colours. Immutable: another one has another URL."""
    try:
        terms = terms_of(pk)
    except NoSuchPerformance:
        return HttpResponseNotFound()
    sheet = color_sheet_of(terms) if terms.is_public else ""
    if not sheet:
        return HttpResponseNotFound()
    if sheet_hash(sheet) != content_hash:
        response = redirect(color_sheet_url(terms))
        response.headers["Cache-Control"] = "no-store"
        return response
    return HttpResponse(
        sheet, content_type="text/css; charset=utf-8", headers={"Cache-Control": IMMUTABLE}
    )


def _to_current_drawing(request: HttpRequest, terms: Terms, section: Any) -> HttpResponse:
    """Redirect a page that was opened before prices changed to the current drawing."""
    with override(get_language_from_request(request)):
        now = drawing_hash(terms, section.id)
    response = redirect("bookings:drawing", terms.performance_id, section.slug, now)
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer(
    request: HttpRequest, body: bytes, gzipped: bytes, content_type: str, headers: dict[str, str]
) -> HttpResponse:
    if accepts_gzip(request):
        body, headers = gzipped, headers | {"Content-Encoding": "gzip"}
    response = HttpResponse(body, content_type=content_type, headers=headers)
    response.headers["Content-Length"] = str(len(body))
    return response
