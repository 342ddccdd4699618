"""The organisation's settings, as every request, task and purchase reads them.

The row, and which legal texts are current, are read at most once a second in each process, so a
change applies everywhere within a second, and reading a setting costs no query. While one thread
reads, the others use what was read before.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, ProgrammingError

from .models import LegalText, MailServer, Organisation

SECONDS = 1.0
# Seconds until an unavailable database is asked again: requests that need no database must not wait
# for it.
PAUSE = 10.0


@dataclass(frozen=True, slots=True)
class TextRef:
    """The current version of a legal text."""

    id: int
    kind: str
    language: str
    version: int
    is_sample: bool


Texts = Mapping[tuple[str, str], TextRef]


@dataclass(slots=True)
class _Read:
    """What was read last, and until when it is used (on the monotonic clock)."""

    organisation: Organisation | None = None
    texts: Texts = field(default_factory=dict)
    mail_server: MailServer | None = None
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


def current_texts() -> Texts:
    """Return the current version of each legal text by kind and language."""
    current_organisation()
    return _last.texts


def current_mail_server() -> MailServer | None:
    """Return the mail server that was entered in the admin, or None."""
    current_organisation()
    return _last.mail_server


def latest_organisation() -> Organisation:
    """Return the row that was read last, without a query; the defaults before the first."""
    return _last.organisation or Organisation()


def clear_cached_organisation() -> None:
    """Read the row again at the next call, in this process."""
    _last.until = 0.0


def keep_organisation(
    organisation: Organisation,
    texts: Texts,
    mail_server: MailServer | None = None,
    *,
    seconds: float,
) -> None:
    """Use these rows for so many seconds, in this process."""
    _last.organisation, _last.texts, _last.mail_server = organisation, texts, mail_server
    _last.until = time.monotonic() + seconds


def default_currency() -> str:
    """Return the currency proposed for new performances."""
    return current_organisation().currency


def _read() -> None:
    try:
        found = Organisation.objects.first() or Organisation()
        rows = LegalText.objects.current().values_list(
            "pk", "kind", "language", "version", "is_sample"
        )
        texts = {(row[1], row[2]): TextRef(*row) for row in rows}
        server = MailServer.objects.first()
    except (OperationalError, InterfaceError, ProgrammingError):
        # Unavailable, or its table is yet to be created by `migrate`.
        _last.organisation = latest_organisation()
        _last.until = time.monotonic() + PAUSE
    else:
        keep_organisation(found, texts, server, seconds=SECONDS)
