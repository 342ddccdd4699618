"""Cache values that are the same for everybody, for a second or so, and build each of them once.

    snapshot = get_or_build(f"availability:{pk}", 1, lambda: build_availability(pk))
    terms = get_or_read(f"terms:{pk}", 1, lambda: read_terms(pk))

`get_or_build` shares a value with the other processes through Redis: whatever the number of
readers, processes and machines, `build` runs at most once per interval. `get_or_read` keeps a value
in this process only, for what costs less to read than to serialise. Both keep their values in one
dictionary (`MAX_ENTRIES`), so that a hit costs no system call.

A value that is part of another is rebuilt together with it. Otherwise a page that is a second old
could contain prices that were a second old when it was built.

Without Redis each process builds its own values. Nothing may depend on what is kept here.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import InterfaceError, OperationalError

logger = logging.getLogger(__name__)

Value = TypeVar("Value")

# Seconds for which an old value is returned while it cannot be renewed.
STALE_FOR = 60
# Seconds to wait for the very first value while another process builds it.
WAIT_FOR_FIRST = 2.0
# Values in each process. Beyond that, the oldest one is removed.
MAX_ENTRIES = 1024


class BuildFailed(Exception):
    """Raised by `build` when no value can be built now; the previous one is returned, if any."""


def get_or_build(
    key: str,
    seconds: int,
    build: Callable[[], Value],
    *,
    stale_for: int = STALE_FOR,
    reuse_in_builds: bool = False,
) -> Value:
    """Return what `build()` returned at most `seconds` ago, in this or another process.

    The value must be picklable and is shared: do not change it. With `reuse_in_builds` it is not
    rebuilt for another value that contains it, which may then be `seconds` older.

    While another thread or process builds the next value, or when `build` fails because the
    database is unavailable (or raises BuildFailed), the previous value is returned, up to
    `stale_for` seconds too old. Other errors of `build` reach the caller, and the next caller tries
    again.
    """
    building_since = 0.0 if reuse_in_builds else _building_since.get()
    entry = _fresh_entry(key, seconds, building_since)
    if entry is not None:
        return entry.value
    if building_since:
        return _build(key, _redis_name(key), seconds, build, stale_for)
    return _renew(key, seconds, build, stale_for)


def get_or_read(
    key: str, seconds: float, read: Callable[[], Value], *, fresh: bool = False
) -> Value:
    """Return what `read()` returned in this process at most `seconds` ago.

    Of several threads, one reads and the others wait for it. `fresh=True` reads in any case and
    keeps the new value.
    """
    entry = None if fresh else _fresh_entry(key, seconds, _building_since.get())
    if entry is not None:
        return entry.value
    with _key_lock(key):
        # Another thread may have read it meanwhile.
        entry = None if fresh else _fresh_entry(key, seconds, _building_since.get())
        if entry is not None:
            return entry.value
        started = time.monotonic()
        value = read()
        _store(key, _Entry(value, started + seconds, started + seconds))
    return value


def clear_shared_cache(key: str | None = None) -> None:
    """Remove one value, or all, from this process. Values in Redis stay."""
    with _store_lock:
        if key is None:
            _entries.clear()
        else:
            _entries.pop(key, None)


@dataclass(frozen=True, slots=True)
class _Entry:
    value: Any
    fresh_until: float  # On the monotonic clock.
    stale_until: float


# When the build in this context began (monotonic clock), 0.0 if there is none. Values cached before
# that are too old to be part of it.
_building_since = ContextVar("building_since", default=0.0)
_entries: dict[str, _Entry] = {}
_key_locks: dict[str, threading.Lock] = {}
_store_lock = threading.Lock()


def _fresh_entry(key: str, seconds: float, building_since: float) -> _Entry | None:
    entry = _entries.get(key)
    if entry is None or entry.fresh_until <= time.monotonic():
        return None
    # Values read since the build began can be part of it.
    return entry if entry.fresh_until >= building_since + seconds else None


@contextmanager
def _key_lock(key: str) -> Iterator[None]:
    lock = _key_locks.setdefault(key, threading.Lock())
    with lock:
        try:
            yield
        finally:
            _key_locks.pop(key, None)


def _renew(key: str, seconds: int, build: Callable[[], Value], stale_for: int) -> Value:
    previous = _previous(key)
    lock = _key_locks.setdefault(key, threading.Lock())
    # One thread of the process renews. The others wait only when they have nothing to return.
    if previous is not None:
        acquired = lock.acquire(blocking=False)
    else:
        acquired = lock.acquire(timeout=WAIT_FOR_FIRST)
    if not acquired and previous is not None:
        return previous.value
    try:
        entry = _fresh_entry(key, seconds, 0.0)
        if entry is not None:
            return entry.value
        return _ask_redis_or_build(key, seconds, build, stale_for)
    finally:
        if acquired:
            _key_locks.pop(key, None)
            lock.release()


def _ask_redis_or_build(
    key: str, seconds: int, build: Callable[[], Value], stale_for: int
) -> Value:
    name = _redis_name(key)
    give_up_at = time.monotonic() + WAIT_FOR_FIRST
    while True:
        # The marker exists for one interval; the process that sets it builds the value of that
        # interval. (An unavailable cache reports that it was set.)
        if cache.add(f"{name}:built", 1, seconds):
            break
        shared = cache.get(name)
        if shared is not None:
            return _keep(key, shared, seconds, stale_for)
        previous = _previous(key)
        if previous is not None:
            return previous.value
        if time.monotonic() > give_up_at:
            break
        time.sleep(0.02)
    return _build(key, name, seconds, build, stale_for)


def _build(key: str, name: str, seconds: int, build: Callable[[], Value], stale_for: int) -> Value:
    started = time.time()
    token = _building_since.set(_building_since.get() or time.monotonic())
    try:
        value = build()
    except (BuildFailed, OperationalError, InterfaceError) as error:
        # The marker stays: the next attempt is in the next interval.
        previous = _previous(key)
        shared = None if previous is not None else cache.get(name)
        if previous is not None:
            logger.warning("The previous %s is returned: %r", key, error)
            return previous.value
        if shared is not None:
            logger.warning("The previous %s is returned: %r", key, error)
            return _keep(key, shared, seconds, stale_for)
        cache.delete(f"{name}:built")
        raise
    except BaseException:
        cache.delete(f"{name}:built")
        raise
    finally:
        _building_since.reset(token)
    cache.set(name, (started, value), seconds + stale_for)
    return _keep(key, (started, value), seconds, stale_for)


def _previous(key: str) -> _Entry | None:
    entry = _entries.get(key)
    return entry if entry is not None and time.monotonic() < entry.stale_until else None


def _keep(key: str, shared: tuple[float, Value], seconds: int, stale_for: int) -> Value:
    started, value = shared
    # Clocks of machines differ and a value may be stale already; in either case Redis is asked
    # again soon, but not by every request.
    left = min(max(started + seconds - time.time(), seconds / 10), seconds)
    now = time.monotonic()
    _store(key, _Entry(value, now + left, now + left + stale_for))
    return value


def _store(key: str, entry: _Entry) -> None:
    with _store_lock:
        _entries.pop(key, None)
        if len(_entries) >= MAX_ENTRIES:
            del _entries[next(iter(_entries))]
        _entries[key] = entry


def _redis_name(key: str) -> str:
    # Keys can be URLs, which are long and contain special characters.
    return "shared:" + hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
