"""One at a time, where a second would only get in the way."""

from contextlib import contextmanager

from django.core.cache import cache


@contextmanager
def single_flight(name, *, longest):
    """Tell whether nobody else is at `name` just now; then it is ours until the block ends.

    For work that may well be done twice at once, but should not fill every process of the worker:
    who finds it taken leaves it to the other. Kept in Redis, and so a wish, not a lock: it ends by
    itself after `longest` seconds, should its owner be killed, and while Redis is away everybody
    has their turn.
    """
    key = f"turn:{name}"
    mine = cache.add(key, 1, timeout=longest)
    try:
        yield mine
    finally:
        if mine:
            cache.delete(key)
