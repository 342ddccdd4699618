"""Template filters about the queues of performances."""

from django import template

from shows.models import Performance

from ..rooms import cached_room

register = template.Library()


@register.filter
def has_queue(performance: Performance) -> bool:
    """Return whether customers have to queue before they can buy.

    Waiting rooms are cached: a list makes no more than two queries for all of its performances.
    """
    room = cached_room(performance.pk)
    return room is not None and room.is_active
