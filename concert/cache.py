"""The cache, which may fail without anything else failing."""

import logging

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis as a cache that nothing depends on: while it is away every key is missing.

    Reads answer the default, writes are lost, counters start again; the first failure of
    each kind of call is logged as a warning. Nothing that matters may live here alone.
    """


def _forgiving(name, lost):
    original = getattr(RedisCache, name)

    def call(self, *args, **kwargs):
        try:
            return original(self, *args, **kwargs)
        except (RedisError, OSError) as error:
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
