"""The organisation's settings, as every request, task and purchase reads them.

The row is read at most once a second in each process, so a change applies everywhere within a
second, and reading a setting costs no query. While one thread reads, the others use the row that
was read before.
"""

import threading
import time
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, ProgrammingError

from .models import Organisation

SECONDS = 1.0
# Seconds until an unavailable database is asked again: requests that need no database must not wait
# for it.
PAUSE = 10.0


@dataclass(slots=True)
class _Read:
    """The row that was read last, and until when it is used (on the monotonic clock)."""

    organisation: Organisation | None = None
    until: float = 0.0


_last = _Read()
_lock = threading.Lock()


def current_organisation() -> Organisation:
    """Return the organisation. Do not change the object: all threads of the process share it.

    While the database is unavailable, the row that was read last.
    """
    found = _last.organisation
    if found is not None and time.monotonic() < _last.until:
        return found
    if not _lock.acquire(blocking=found is None):
        return found or Organisation()
    try:
        if _last.organisation is None or time.monotonic() >= _last.until:
            _read()
        return latest_organisation()
    finally:
        _lock.release()


def latest_organisation() -> Organisation:
    """Return the row that was read last, without a query; the defaults before the first."""
    return _last.organisation or Organisation()


def forget_organisation() -> None:
    """Read the row again at the next call, in this process."""
    _last.until = 0.0


def keep_organisation(organisation: Organisation, *, seconds: float) -> None:
    """Use this row for so many seconds, in this process."""
    _last.organisation, _last.until = organisation, time.monotonic() + seconds


def default_currency() -> str:
    """Return the currency proposed for new performances."""
    return current_organisation().currency


def _read() -> None:
    try:
        found = Organisation.objects.first() or Organisation()
    except (OperationalError, InterfaceError, ProgrammingError):
        # Unavailable, or its table is yet to be created by `migrate`.
        keep_organisation(latest_organisation(), seconds=PAUSE)
    else:
        keep_organisation(found, seconds=SECONDS)
