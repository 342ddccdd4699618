"""Process many rows in small transactions."""

from collections.abc import Callable


def in_batches(process: Callable[..., int], *args: object) -> int:
    """Call `process(*args)` until it returns 0; return the sum of what it returned.

    Each call processes one batch in a transaction of its own and returns its size. It must not find
    the same rows again, or this never ends.
    """
    total = 0
    while count := process(*args):
        total += count
    return total
