"""Choose concessions, such as student or child prices, for the places of a hold."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from core.database.locks import database_now
from shows.terms import terms_of

from ..exceptions import HoldLapsed
from ..models import Hold, Place
from . import locks


def choose_concessions(*, hold: Hold, chosen: Mapping[int, int | None]) -> Hold:
    """Save the customer's choice, `{place id: concession id or None}`, and return the hold.

    Places that are not named keep their concession; places that are not in the hold are ignored. A
    concession that is not offered (any more) counts as none: the quote then shows the full price
    before the customer confirms it. Locks the hold. Raises `HoldLapsed`.
    """
    offered = terms_of(hold.performance_id).concessions
    with transaction.atomic(durable=True):
        locked = locks.lock_hold(pk=hold.pk)
        now = database_now()
        if not locked.is_live(now):
            raise HoldLapsed
        held = Place.objects.held_by(locked, now).values_list("pk", flat=True)
        concessions = _for_places(held, merge_concessions(locked.concessions, chosen, offered))
        if concessions != locked.concessions:
            locked.concessions = concessions
            locked.save(update_fields=["concessions"])
    return locked


def merge_concessions(
    concessions: dict[str, int], chosen: Mapping[int, int | None], offered: Mapping[int, Any]
) -> dict[str, int]:
    """Return `concessions` by place, with the chosen ones in place of the stored ones.

    A chosen concession that is not offered, or None, removes the stored one.
    """
    named = {str(place) for place in chosen}
    kept = {place: pk for place, pk in concessions.items() if place not in named}
    new = {str(place): pk for place, pk in chosen.items() if pk is not None and pk in offered}
    return kept | new


def _for_places(place_ids: Iterable[int], concessions: dict[str, int]) -> dict[str, int]:
    return {str(pk): concessions[str(pk)] for pk in place_ids if str(pk) in concessions}
