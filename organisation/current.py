"""The organisation's settings, as every request, task and purchase reads them.

The row is read at most once a second in each process, so a change applies everywhere within a
second, and reading a setting costs no query.
"""

from django.db import InterfaceError, OperationalError, ProgrammingError

from core.shared_cache import clear_shared_cache, get_or_read

from .models import Organisation

KEY = "organisation"
SECONDS = 1.0

_latest: list[Organisation] = []


def current_organisation() -> Organisation:
    """Return the organisation. Do not change the object: all threads of the process share it.

    While the database is unavailable, the last row that was read.
    """
    return get_or_read(KEY, SECONDS, _read, reuse_in_builds=True)


def forget_organisation() -> None:
    """Read the row again at the next call, in this process."""
    clear_shared_cache(KEY)


def _read() -> Organisation:
    try:
        found = Organisation.objects.first() or Organisation()
    except (OperationalError, InterfaceError, ProgrammingError):
        # Unavailable, or its table is yet to be created by `migrate`.
        return _latest[0] if _latest else Organisation()
    _latest[:] = [found]
    return found
