"""The template context shared by the pages of a waiting room."""

from typing import Any

from django.http import Http404

from shows.models import Performance
from shows.online_sales import is_sold_online
from shows.terms import NoSuchPerformance, terms_of

from ..exceptions import NoQueue
from ..queue_status import queue_status_of
from ..rooms import cached_room


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
