"""The cache, which may fail without anything else failing."""

import logging
import time

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# After a failure Redis is left alone for so many seconds, so that a page which asks twenty times
# waits once for a server that does not answer, and a process waits once in a while.
PAUSE = 5.0

_away_until = {}


class ForgivingRedisCache(RedisCache):
    """Redis as a cache that nothing depends on: while it is away every key is missing.

    Reads answer the default, writes are lost, counters start again. Each pause is logged once, as
    a warning. Nothing that matters may live here alone.
    """

    @property
    def _address(self):
        return tuple(self._servers)


def forget_failures():
    """Ask Redis again at once. For tests."""
    _away_until.clear()


def _forgiving(name, lost):
    original = getattr(RedisCache, name)

    def call(self, *args, **kwargs):
        if time.monotonic() < _away_until.get(self._address, 0):
            return lost(args, kwargs)
        try:
            return original(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            _away_until[self._address] = time.monotonic() + PAUSE
            logger.warning("The cache is away (%s: %s).", name, error)
            return lost(args, kwargs)

    call.__name__ = name
    call.__doc__ = original.__doc__
    return call


def _default(args, kwargs):
    return kwargs.get("default", args[1] if len(args) > 1 else None)


for _name, _lost in {
    "get": _default,
    "add": lambda args, kwargs: True,
    "set": lambda args, kwargs: None,
    "touch": lambda args, kwargs: False,
    "delete": lambda args, kwargs: False,
    "incr": lambda args, kwargs: kwargs.get("delta", args[1] if len(args) > 1 else 1),
    "has_key": lambda args, kwargs: False,
    "get_many": lambda args, kwargs: {},
    "set_many": lambda args, kwargs: [],
    "delete_many": lambda args, kwargs: None,
    "clear": lambda args, kwargs: False,
}.items():
    setattr(ForgivingRedisCache, _name, _forgiving(_name, _lost))
