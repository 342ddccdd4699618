"""Dictionaries that a process keeps for a while, and that must not grow for ever."""


def store_bounded(kept, key, value, *, most):
    """Put the value into the dictionary, where the oldest makes room for it. The caller locks."""
    kept.pop(key, None)
    if len(kept) >= most:
        # A dict remembers the order of its keys: the first is the one kept longest ago.
        del kept[next(iter(kept))]
    kept[key] = value
