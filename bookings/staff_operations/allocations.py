"""Guest holds: keep places off sale under a name until a release date."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.database.locks import database_now
from shows.models import Performance

from ..exceptions import InvalidRequest, NothingSelected
from ..models import AllocatedPlace, Allocation
from .blocking import block_in_transaction, unblock_in_transaction


def allocate_places(
    *,
    performance: Performance,
    place_ids: Iterable[int],
    name: str,
    actor: str,
    release_at: datetime | None = None,
    reason: str = "",
) -> Allocation:
    """Hold these places for `name`, and return the `Allocation`.

    Places can be available or blocked, also by another allocation, from which they are removed.
    Locks the places. Raises `CannotBlock` (and holds nothing) if some are in a basket or sold,
    `InvalidRequest` for a release date in the past.
    """
    with transaction.atomic(durable=True):
        if release_at and release_at <= database_now():
            raise InvalidRequest([_("The release date is in the past.")])
        block_in_transaction(performance, place_ids, actor, reason or name, guest_hold=name)
        wanted = list(performance.places.blocked().filter(pk__in=place_ids).order_by("pk"))
        if not wanted:
            raise NothingSelected
        allocation = Allocation.objects.create(
            performance=performance, name=name, release_at=release_at
        )
        AllocatedPlace.objects.filter(place__in=wanted).delete()
        AllocatedPlace.objects.bulk_create(
            AllocatedPlace(place=place, allocation=allocation) for place in wanted
        )
    return allocation


def release_allocation(*, allocation: Allocation, actor: str, reason: str = "") -> int:
    """Put the remaining places of the allocation back on sale; return how many. Repeatable."""
    with transaction.atomic(durable=True):
        locked = Allocation.objects.current().select_for_update(of=("self",))
        current = locked.select_related("performance").filter(pk=allocation.pk).first()
        if current is None:
            return 0
        place_ids = list(allocation.places.values_list("place", flat=True))
        reason = reason or allocation.name
        released = unblock_in_transaction(allocation.performance, place_ids, actor, reason)
        allocation.released_at = database_now()
        allocation.save(update_fields=["released_at"])
    return len(released)


def release_due_allocations() -> int:
    """Release allocations whose release date has passed; return how many places."""
    due = Allocation.objects.due().order_by("pk")
    return sum(release_allocation(allocation=one, actor="system") for one in due)
