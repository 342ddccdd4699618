"""Housekeeping in small pieces, so that nobody waits for it and a kill loses one piece at most."""


def in_batches(do, *args):
    """Call `do`, which returns how many it has done, until it finds none; return how many in all.

    Each call is a transaction of its own. `do` must leave behind what it does not find again, or
    this never ends.
    """
    done = 0
    while count := do(*args):
        done += count
    return done
