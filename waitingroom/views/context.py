"""What the pages of a waiting room have in common."""

from django.http import Http404

from shows.models import Performance
from shows.terms import NoSuchPerformance, terms_of

from ..exceptions import NoQueue
from ..queue_status import queue_status_of
from ..rooms import room_of


def room_context(pk):
    """Return the context of a page of the room, or 404 where there is none that is public."""
    try:
        terms = terms_of(pk)
        mark = queue_status_of(pk)
    except (NoSuchPerformance, NoQueue):
        raise Http404 from None
    if not terms.is_public:
        raise Http404
    kept = room_of(pk)
    if kept is None:
        raise Http404
    performance = Performance.objects.select_related("show", "venue").get(pk=pk)
    return {
        "performance": performance,
        "terms": terms,
        "room": kept.room,
        "mark": mark.told,
        "now": kept.now(),
        "has_codes": any(lane.codes for lane in kept.lanes),
    }
