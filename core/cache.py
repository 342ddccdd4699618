"""A Redis cache backend that tolerates outages of Redis."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# Seconds without further attempts after a failure, so that a page with twenty lookups waits for one
# timeout only.
PAUSE = 5.0

_unavailable_until: dict[tuple[str, ...], float] = {}


class FaultTolerantRedisCache(RedisCache):
    """A cache whose keys are all missing while Redis is unavailable.

    Reads return the default, writes are lost, counters start again. Each pause is logged once, as a
    warning. Do not store anything that exists only here.
    """

    @property
    def _address(self) -> tuple[str, ...]:
        return tuple(self._servers)  # type: ignore[attr-defined]


def reset_failures() -> None:
    """Try Redis again at once, as a new process would."""
    _unavailable_until.clear()


def _fault_tolerant(name: str, lost: Callable[..., Any]) -> Callable[..., Any]:
    original = getattr(RedisCache, name)

    def call(self, *args, **kwargs):
        if time.monotonic() < _unavailable_until.get(self._address, 0):
            return lost(args, kwargs)
        try:
            return original(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            _unavailable_until[self._address] = time.monotonic() + PAUSE
            logger.warning("The cache is unavailable (%s: %s).", name, error)
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
    setattr(FaultTolerantRedisCache, _name, _fault_tolerant(_name, _lost))
