"""Run only one instance of a job at a time, if possible."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache


@contextmanager
def single_flight(name: str, *, longest: int) -> Iterator[bool]:
    """Yield whether no other process runs `name`; reserve the name until the block ends.

    For jobs that are safe to run concurrently, but should not occupy every process of the worker.
    The reservation is a key in Redis, not a lock: it expires after `longest` seconds if its process
    is killed, and without Redis everybody gets True.
    """
    key = f"single-flight:{name}"
    mine = cache.add(key, 1, timeout=longest)
    try:
        yield mine
    finally:
        if mine:
            cache.delete(key)
