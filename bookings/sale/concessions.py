"""Concessions: who says they are a student, a child, and so pays less."""

from django.db import transaction

from shows.terms import terms_of

from ..exceptions import HoldLapsed
from ..models import Hold, Place
from . import locks


def choose_concessions(*, hold, chosen):
    """Remember what the customer chose, `{place id: concession id or None}`, and return the hold.

    Places that are not named keep theirs, and those that are not in the hold are passed over. What
    is not on offer (any more) counts as no concession: the quote then shows the full price before
    anybody pays it. Locks the hold. Raises `HoldLapsed`.
    """
    offered = terms_of(hold.performance_id).concessions
    with transaction.atomic(durable=True):
        locked = locks.lock_hold(pk=hold.pk)
        now = locks.database_now()
        if locked.status != Hold.Status.OPEN or locked.expires_at <= now:
            raise HoldLapsed
        held = Place.objects.held_by(locked, now).values_list("pk", flat=True)
        concessions = _of(held, merged(locked.concessions, chosen, offered))
        if concessions != locked.concessions:
            locked.concessions = concessions
            locked.save(update_fields=["concessions"])
    return locked


def merged(concessions, chosen, offered):
    """Return the stored form of `concessions` after `chosen`, of those `offered`."""
    named = {str(place) for place in chosen}
    kept = {place: pk for place, pk in concessions.items() if place not in named}
    return kept | {str(place): pk for place, pk in chosen.items() if pk in offered}


def _of(place_ids, concessions):
    """Return those of the concessions that belong to the places."""
    return {str(pk): concessions[str(pk)] for pk in place_ids if str(pk) in concessions}
