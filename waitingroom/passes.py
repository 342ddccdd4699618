"""Passes: who is in the sale now. The sale itself asks only this module.

check(performance_id=…, visitor=…)      before places are held
give_back(performance_id=…, visitor=…)  when an order is done
shorten(performance_id=…, visitor=…)    when a basket is given up
"""

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Least, Now

from . import limits
from .entry import walk_in
from .exceptions import PassNeeded
from .models import Pass, WaitingRoom
from .rooms import room_of

# Who gave their basket up may choose again for so long, before the next one is let in.
SECOND_THOUGHTS = timedelta(minutes=2)


def check(*, performance_id, visitor, user=None, address=None):
    """Return at once if the visitor may hold places of the performance; else raise PassNeeded.

    Raises TooManyRequests for a visitor who asks more often than a person would, TooManyFromHere
    when too many have come in from the client's `address` without queueing.

    Costs nothing where no waiting room is on, one indexed query where one is. In automatic mode
    whoever comes while there is room gets a pass here, without queueing.
    """
    kept = room_of(performance_id)
    if kept is None:
        return
    limits.count_request(performance_id, visitor)
    if Pass.objects.of(performance_id, visitor).valid().exists():
        return
    if kept.room.mode == WaitingRoom.Mode.AUTOMATIC and walk_in(
        performance_id=performance_id, visitor=visitor, user=user, address=address
    ):
        return
    raise PassNeeded(performance_id)


def give_back(*, performance_id, visitor):
    """End the visitor's pass, so that the next one is let in. May run in any transaction."""
    if room_of(performance_id) is None:
        return
    Pass.objects.of(performance_id, visitor).valid().update(
        expires_at=Now(), given_back=True, household=""
    )


def shorten(*, performance_id, visitor):
    """Let the visitor's pass end soon."""
    if room_of(performance_id) is None:
        return
    Pass.objects.of(performance_id, visitor).valid().update(
        expires_at=Least(F("expires_at"), Now() + SECOND_THOUGHTS)
    )
