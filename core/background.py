"""What background jobs share: small transactions for many rows, one run at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.cache import cache


def in_batches(process: Callable[..., int], *args: object) -> int:
    """Call `process(*args)` until it returns 0; return the sum of what it returned.

    Each call processes one batch in a transaction of its own and returns its size. It must not find
    the same rows again, or this never ends.
    """
    total = 0
    while count := process(*args):
        total += count
    return total


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
