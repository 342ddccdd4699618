"""Things that are the same for everybody, made once for all: never older than a second or so.

    snapshot = get_or_build(f"availability:{pk}", 1, lambda: build_availability(pk))

Whatever the number of readers, processes and machines, `build` runs at most once in each interval.
A value is looked for in the process (a dict, no system call), then in Redis; whoever finds it
too old and is first makes the next one, while the others are given the previous one.

What goes into such a value is made anew with it: a page that is a second old, of terms that were a
second old when it was made, would be two. What is kept by other means asks `build_started_at()`.

With Redis away each process makes its own; nothing else changes. Nothing that matters lives here.
"""

import hashlib
import logging
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import InterfaceError, OperationalError

from core.bounded_cache import store_bounded

logger = logging.getLogger(__name__)

STALE_FOR = (
    60  # Seconds during which a value may be given out while, or because, it is not renewed.
)
WAIT_FOR_FIRST = 2.0  # Seconds to wait for the very first value, made by another process.
KEPT_AT_MOST = 512  # Values, in each process.


class BuildFailed(Exception):
    """Raised by `build` when nothing can be made just now. The previous value is given, if any."""


def get_or_build(key, seconds, build, *, stale_for=STALE_FOR, dear=False):
    """Return what `build()` made at most `seconds` ago.

    `seconds` is a whole number. The value must be picklable and is shared: don't change it. A
    `dear` one is not made anew for another that it goes into, which may then be `seconds` older.

    While somebody else makes the next value, or when `build` fails because the database is away (or
    raises BuildFailed), the previous value is returned, up to `stale_for` seconds too old.
    Any other error of `build` reaches the caller, and the next caller tries again.
    """
    kept, since = _kept.get(key), 0.0 if dear else build_started_at()
    if kept is not None and kept.shared_until > max(time.monotonic(), since + seconds):
        return kept.value
    if since:
        return _build(key, _redis_name(key), seconds, build, stale_for)
    return _renew(key, seconds, build, stale_for)


def build_started_at():
    """Return since when (monotonic clock) the value is being made that is made here, else 0.0.

    Whatever was kept before that is too old to go into it.
    """
    return _since.get()


def shared_until(key):
    """Return until when (monotonic clock) this process gives its value out without asking: 0.0 when
    it has none."""
    kept = _kept.get(key)
    return kept.shared_until if kept is not None else 0.0


def clear_shared_cache(key=None):
    """Make this process ask Redis again, for one key or for all."""
    if key is None:
        _kept.clear()
    else:
        _kept.pop(key, None)


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any
    shared_until: float  # On the monotonic clock.
    stale_until: float


_since = ContextVar("build_started_at", default=0.0)
_kept: dict[str, _Kept] = {}
_turns: dict[str, threading.Lock] = {}
_room = threading.Lock()


def _renew(key, seconds, build, stale_for):
    previous = _previous(key)
    turn = _turns.setdefault(key, threading.Lock())
    # One thread of the process renews. The others wait only when they have nothing to give.
    if previous is not None:
        mine = turn.acquire(blocking=False)
    else:
        mine = turn.acquire(timeout=WAIT_FOR_FIRST)
    if not mine and previous is not None:
        return previous.value
    try:
        kept = _kept.get(key)
        if kept is not None and time.monotonic() < kept.shared_until:
            return kept.value
        return _ask_redis_or_build(key, seconds, build, stale_for)
    finally:
        if mine:
            _turns.pop(key, None)
            turn.release()


def _ask_redis_or_build(key, seconds, build, stale_for):
    name = _redis_name(key)
    give_up_at = time.monotonic() + WAIT_FOR_FIRST
    while True:
        # The mark is there for one interval: whoever sets it makes the value of that interval.
        # (A cache that is away answers that it was set.)
        if cache.add(f"{name}:made", 1, seconds):
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


def _build(key, name, seconds, build, stale_for):
    began = time.time()
    outermost = _since.set(_since.get() or time.monotonic())
    try:
        value = build()
    except (BuildFailed, OperationalError, InterfaceError) as error:
        # The mark stays: the next attempt is in the next interval.
        previous = _previous(key)
        shared = None if previous is not None else cache.get(name)
        if previous is None and shared is None:
            cache.delete(f"{name}:made")
            raise
        logger.warning("The previous %s is given out: %r", key, error)
        return previous.value if shared is None else _keep(key, shared, seconds, stale_for)
    except BaseException:
        cache.delete(f"{name}:made")
        raise
    finally:
        _since.reset(outermost)
    shared = (began, value)
    cache.set(name, shared, seconds + stale_for)
    return _keep(key, shared, seconds, stale_for)


def _previous(key):
    kept = _kept.get(key)
    return kept if kept is not None and time.monotonic() < kept.stale_until else None


def _keep(key, shared, seconds, stale_for):
    began, value = shared
    # Clocks of machines differ and a value may be stale already; in either case Redis is asked
    # again soon, but not by every request.
    left = min(max(began + seconds - time.time(), seconds / 10), seconds)
    now = time.monotonic()
    with _room:
        kept = _Kept(value, now + left, now + left + stale_for)
        store_bounded(_kept, key, kept, most=KEPT_AT_MOST)
    return value


def _redis_name(key):
    # Short and plain whatever the key: addresses of pages are neither.
    return "fresh:" + hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
