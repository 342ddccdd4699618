"""Keeping places for guests under a name, until a date at which they go back on sale."""

from django.db import transaction
from django.utils.translation import gettext as _

from ..exceptions import NothingChosen, NotUnderstood
from ..models import AllocatedPlace, Allocation
from ..sale import locks
from .blocking import block_all, unblock_all


def allocate_places(*, performance, place_ids, name, actor, release_at=None, reason=""):
    """Keep these places for `name`, and return the Allocation.

    Places may be open, or blocked already, also for another allocation, which they leave. Locks the
    places. Raises `CannotBlock` (and keeps nothing) when some are held or sold, `NotUnderstood`
    for a release in the past.
    """
    with transaction.atomic(durable=True):
        if release_at and release_at <= locks.database_now():
            raise NotUnderstood([_("The date has passed already.")])
        block_all(performance, place_ids, actor, reason or name)
        wanted = list(performance.places.blocked().filter(pk__in=place_ids).order_by("pk"))
        if not wanted:
            raise NothingChosen
        allocation = Allocation.objects.create(
            performance=performance, name=name, release_at=release_at
        )
        AllocatedPlace.objects.filter(place__in=wanted).delete()
        AllocatedPlace.objects.bulk_create(
            AllocatedPlace(place=place, allocation=allocation) for place in wanted
        )
    return allocation


def release_allocation(*, allocation, actor, reason=""):
    """Put what is left of the allocation back on sale; return how many places. Repeatable."""
    with transaction.atomic(durable=True):
        locked = Allocation.objects.current().select_for_update(of=("self",))
        allocation = locked.select_related("performance").filter(pk=allocation.pk).first()
        if allocation is None:
            return 0
        place_ids = list(allocation.places.values_list("place", flat=True))
        reason = reason or allocation.name
        released = unblock_all(allocation.performance, place_ids, actor, reason)
        allocation.released_at = locks.database_now()
        allocation.save(update_fields=["released_at"])
    return len(released)


def release_due_allocations():
    """Release all whose date has come; return how many places went back on sale."""
    due = Allocation.objects.due().order_by("pk")
    return sum(release_allocation(allocation=one, actor="system") for one in due)
