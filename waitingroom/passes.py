"""Passes of visitors who may buy now. The sale uses only this module of the waiting room.

check(performance_id=…, visitor=…)     before places are held
end_pass(performance_id=…, visitor=…)  when an order is complete
shorten(performance_id=…, visitor=…)   when a basket is emptied
extend(performance_id=…, visitor=…)    when a visitor asks for more time, once
"""

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Least, Now

from accounts.models import User
from organisation.current import current_organisation

from . import limits
from .entry import walk_in
from .exceptions import AlreadyExtended, PassRequired
from .models import Pass, WaitingRoom
from .rooms import cached_room

# How long a visitor who emptied the basket may choose again before the next one is admitted.
SHORTENED_TO = timedelta(minutes=2)


def check(
    *, performance_id: int, visitor: str, user: User | None = None, address: str | None = None
) -> None:
    """Return if the visitor may hold places of the performance; else raise `PassRequired`.

    No query without a waiting room, one indexed query with one. In automatic mode visitors get a
    pass here without queueing while there is capacity. Raises `TooManyRequests` for a visitor who
    asks more often than a person would, `TooManyFromAddress` when too many got a pass from the
    client's `address` without queueing.
    """
    cached = cached_room(performance_id)
    if cached is None:
        return
    limits.count_request(performance_id, visitor)
    if Pass.objects.of(performance_id, visitor).valid().exists():
        return
    if cached.room.mode == WaitingRoom.Mode.AUTOMATIC and walk_in(
        performance_id=performance_id, visitor=visitor, user=user, address=address
    ):
        return
    raise PassRequired(performance_id)


def end_pass(*, performance_id: int, visitor: str) -> None:
    """End the visitor's pass, so that the next one is admitted. May run in any transaction."""
    if cached_room(performance_id) is None:
        return
    Pass.objects.of(performance_id, visitor).valid().update(
        expires_at=Now(), ended_early=True, household=""
    )


def shorten(*, performance_id: int, visitor: str) -> None:
    """Have the visitor's pass expire within `SHORTENED_TO`."""
    if cached_room(performance_id) is None:
        return
    Pass.objects.of(performance_id, visitor).valid().update(
        expires_at=Least(F("expires_at"), Now() + SHORTENED_TO)
    )


def extend(*, performance_id: int, visitor: str) -> None:
    """Extend the visitor's pass by as much as a basket is extended, once.

    Of several requests at the same time one extends it. Raises `PassRequired` without a valid pass,
    `AlreadyExtended`.
    """
    valid = Pass.objects.of(performance_id, visitor).valid()
    extended = valid.filter(extended_at=None).update(
        expires_at=F("expires_at") + current_organisation().hold_extension, extended_at=Now()
    )
    if extended:
        return
    if valid.exists():
        raise AlreadyExtended
    raise PassRequired(performance_id)
