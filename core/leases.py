"""Leases: claims on rows that expire soon after their worker has died.

A worker claims a row by setting `leased_until` to `lease_end()` where `is_free()` holds, and works
inside `renewing()`. A worker that is killed stops renewing, so another one takes the row over after
`LEASE_SECONDS` at most. A running worker keeps its row however long the work takes.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import DateTimeField, Func, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.db.models.lookups import LessThanOrEqual

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Model)

# A lease is renewed this many times before it would end.
RENEWALS_PER_LEASE = 4
# Seconds until a renewal that the database did not answer is tried again.
RETRY_PAUSE = 0.5
# After this time the lease of hanging work is no longer renewed.
LONGEST_WORK = timedelta(minutes=10)


def lease_end() -> Combinable:
    """Return when a lease that begins or is renewed now will end, by the database's clock."""
    return Now() + _length()


def is_free(field: str = "leased_until") -> Q:
    """Match rows without a lease, and those whose lease has expired.

    While the database is unavailable no lease can be renewed. So after it has started again, every
    lease lasts for its full length once more.
    """
    started_before = LessThanOrEqual(_ServerStart(), Now() - _length())
    return Q(**{field: None}) | (Q(**{f"{field}__lte": Now()}) & Q(started_before))


def claim_first(rows: QuerySet[Row]) -> Row | None:
    """Lease the first of the rows that nobody has locked, count the attempt, and return it or None.

    Needs a transaction. The rows have the fields `attempts` and `leased_until`.
    """
    row: Any = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if row is not None:
        row.attempts += 1
        rows.model._base_manager.filter(pk=row.pk).update(
            attempts=row.attempts, leased_until=lease_end()
        )
    return row


@contextmanager
def renewing(
    rows: QuerySet, *, field: str = "leased_until", longest: timedelta = LONGEST_WORK
) -> Iterator[None]:
    """Renew the lease on `rows` from a thread while the block runs, for `longest` at most.

    The queryset must match the rows only while the caller has them: filter by a count of attempts
    that each claim increments, or by a status that the end of the work changes. Do not enter it
    inside a transaction that has locked the rows. The thread opens a connection of its own at the
    first renewal, so short work needs none.
    """
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(rows, field, longest, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class _ServerStart(Func):
    function = "pg_postmaster_start_time"
    output_field = DateTimeField()


def _length() -> timedelta:
    return timedelta(seconds=settings.LEASE_SECONDS)


def _renew(rows, field, longest, done):
    until = time.monotonic() + longest.total_seconds()
    pause = every = settings.LEASE_SECONDS / RENEWALS_PER_LEASE
    try:
        while not done.wait(pause) and time.monotonic() < until:
            pause = every if _renew_once(rows, field) else min(RETRY_PAUSE, every)
    finally:
        connection.close()


def _renew_once(rows, field):
    """Return whether the database has answered."""
    try:
        rows.all().update(**{field: lease_end()})
    except (DatabaseError, InterfaceError) as error:
        logger.warning("A lease could not be renewed yet: %s", error)
        connection.close()
        return False
    return True
