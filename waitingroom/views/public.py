"""What is the same for everybody: the mark, the page to join on, the page to check lots on."""

from django.http import Http404, HttpResponse, HttpResponseNotFound, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.headers import accepts_gzip, public_for_a_second
from core.public_pages import answered_first, public_page

from .. import lottery
from ..exceptions import NoQueue
from ..queue_status import queue_status_of
from ..rooms import room_of
from .context import room_context


@answered_first
@require_safe
def mark(request, pk):
    """Return the mark, at most a second old."""
    try:
        mark = queue_status_of(pk)
    except NoQueue:
        return HttpResponseNotFound()
    headers = public_for_a_second(mark.etag)
    if request.headers.get("If-None-Match") == mark.etag:
        return HttpResponseNotModified(headers=headers)
    body = mark.body
    if accepts_gzip(request):
        body, headers = mark.gzipped, headers | {"Content-Encoding": "gzip"}
    headers["Content-Length"] = str(len(body))
    return HttpResponse(body, content_type="application/json", headers=headers)


@require_safe
@public_page(1)
def queue(request, pk):
    """Say how the queue stands, and let people join it."""
    return render(request, "waitingroom/queue.html", room_context(pk))


@require_safe
@public_page(5, uncached=["arrival"])
def verify(request, pk):
    """Show the commitment and the seed, and work out anybody's lot."""
    kept = room_of(pk)
    if kept is None or not kept.room.draws_lots:
        raise Http404
    context = room_context(pk)
    arrival = request.GET.get("arrival", "").strip().lower()[:40]
    room = kept.room
    context["people"] = sum(lane.drawn for lane in kept.lanes if lane.is_for_everybody)
    if arrival and room.opened_at:
        context["drawn"] = [
            {
                "lane": lane.name,
                "number": lane.drawn,
                "position": lottery.position(room.seed, arrival, lane.drawn),
            }
            for lane in kept.lanes
        ]
        context["lot"] = lottery.lot(room.seed, arrival)
    return render(request, "waitingroom/verify.html", context | {"arrival": arrival})
