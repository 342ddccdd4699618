"""Pages that are the same for everyone: the queue status, the queue page, the draw.

And the context that they share with the pages of one visitor.
"""

from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotFound,
    HttpResponseNotModified,
)
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.headers import accepts_gzip, public_for_a_second
from core.public_pages import bypass_middleware, public_page
from shows.models import Performance
from shows.online_sales import is_sold_online
from shows.terms import NoSuchPerformance, terms_of

from .. import lottery
from ..exceptions import NoQueue
from ..queue_status import queue_status_of
from ..rooms import cached_room


@bypass_middleware
@require_safe
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the queue status as JSON, at most a second old."""
    try:
        current = queue_status_of(pk)
    except NoQueue:
        return HttpResponseNotFound()
    headers = public_for_a_second(current.etag)
    if request.headers.get("If-None-Match") == current.etag:
        return HttpResponseNotModified(headers=headers)
    body = current.body
    if accepts_gzip(request):
        body, headers = current.gzipped, headers | {"Content-Encoding": "gzip"}
    headers["Content-Length"] = str(len(body))
    return HttpResponse(body, content_type="application/json", headers=headers)


@require_safe
@public_page(1)
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the state of the queue and the form to join it."""
    return render(request, "waitingroom/queue.html", room_context(pk))


@require_safe
@public_page(5, uncached=["id"])
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the commitment and the seed of the draw, and compute the draw number of any draw ID."""
    cached = cached_room(pk)
    if cached is None or not cached.room.has_draw:
        raise Http404
    context = room_context(pk)
    draw_id = request.GET.get("id", "").strip().lower()[:40]
    room = cached.room
    context["people"] = sum(lane.draw_size for lane in cached.lanes if lane.is_public)
    if draw_id and room.opened_at:
        context["positions"] = [
            {
                "lane": lane.name,
                "number": lane.draw_size,
                "position": lottery.position(room.seed, draw_id, lane.draw_size),
            }
            for lane in cached.lanes
            if lane.returns_to_id is None
        ]
        context["draw_number"] = lottery.draw_number(room.seed, draw_id)
    return render(request, "waitingroom/verify.html", context | {"draw_id": draw_id})


def room_context(pk: int) -> dict[str, Any]:
    """Return the context of a queue page. Raises `Http404` where no public queue exists."""
    try:
        terms = terms_of(pk)
        status = queue_status_of(pk)
    except (NoSuchPerformance, NoQueue):
        raise Http404 from None
    if not terms.is_public:
        raise Http404
    cached = cached_room(pk)
    if cached is None:
        raise Http404
    performance = Performance.objects.select_related("show", "venue").get(pk=pk)
    return {
        "performance": performance,
        "terms": terms,
        "is_sold_online": is_sold_online(terms),
        "room": cached.room,
        "queue_status": status.data,
        "now": cached.now(),
        "has_codes": any(lane.codes for lane in cached.lanes),
    }
