"""Queue numbers in the order of joining: counted in Redis, reserved in PostgreSQL.

PostgreSQL reserves blocks (`Lane.issued_to`) and Redis counts within the last block. A number is
never issued twice and never smaller than an earlier one, whatever happens to Redis: if its counter
is lost, counting continues after everything that was reserved, which leaves a gap of at most a
block (nobody has these numbers, so nobody is overtaken). While Redis is unavailable every number is
reserved in PostgreSQL; that also ends the counter's generation, so that a counter which Redis still
has when it returns is ignored.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from redis.exceptions import RedisError

from .models import Lane

logger = logging.getLogger(__name__)

BLOCK = 250
# After a failure Redis is not asked again for so many seconds.
PAUSE = 2.0
KEPT = 60 * 60 * 24 * 7  # Seconds after which an unused counter expires.

# The next number of the block, or -1 if there is no block or it is used up.
_NEXT = """
local at = redis.call('HMGET', KEYS[1], 'n', 'to')
if not at[1] or tonumber(at[1]) >= tonumber(at[2]) then return -1 end
return redis.call('HINCRBY', KEYS[1], 'n', 1)
"""
# Store a new block, unless a later one is there: then the new one stays unused. The same applies
# when the lock has expired or was flushed: meanwhile another process may have stored a later block,
# which may have been lost again.
_RENEW = """
if redis.call('GET', KEYS[2]) ~= ARGV[4] then return 0 end
redis.call('DEL', KEYS[2])
local n = redis.call('HGET', KEYS[1], 'n')
if n and tonumber(n) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'n', ARGV[1], 'to', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""

_clients: dict[str, redis.Redis] = {}
_unavailable_until = 0.0


def next_number(lane: Lane) -> int:
    """Return the next number of a lane. Call it outside a transaction."""
    generation = lane.generation
    for _attempt in range(50):
        number = _ask("next", _key(lane.pk, generation))
        if number is None:
            return _reserve(lane.pk, 1, ends_generation=True)[0]
        if number > 0:
            return int(number)
        generation = _renew(lane.pk, generation)
    return _reserve(lane.pk, 1, ends_generation=True)[0]


def highest_numbers(lanes: Iterable[Lane]) -> dict[int, int]:
    """Return the highest number issued by lane id.

    Without a counter in Redis it is the highest that can have been issued: admitting a number that
    nobody has does no harm, leaving out someone's would.
    """
    lanes = list(lanes)
    counted = _ask("highest", *[_key(lane.pk, lane.generation) for lane in lanes])
    return {
        lane.pk: max(lane.seen, lane.issued_to if number is None else int(number))
        for lane, number in zip(lanes, counted or [None] * len(lanes), strict=True)
    }


def retry_redis_now() -> None:
    """Forget the last failure of Redis. For tests."""
    global _unavailable_until
    _unavailable_until = 0.0


def _renew(lane_id: int, generation: int) -> int:
    """Reserve the next block in one process while the others wait for it; return its generation."""
    lock, owner = f"queue:renewing:{lane_id}", secrets.token_hex(8)
    if not _ask("lock", lock, owner):
        time.sleep(0.01)
        return generation
    first, last, generation = _reserve(lane_id, BLOCK)
    _ask("renew", _key(lane_id, generation), lock, first - 1, last, KEPT, owner)
    return generation


def _reserve(lane_id: int, size: int, ends_generation: bool = False) -> tuple[int, int, int]:
    """Reserve `size` numbers in PostgreSQL; return the first, the last and the generation."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE waitingroom_lane SET issued_to = issued_to + %(size)s,"
            " generation = generation + %(ends)s,"
            " seen = CASE WHEN %(ends)s = 1 THEN issued_to + %(size)s ELSE seen END"
            " WHERE id = %(lane)s RETURNING issued_to, generation",
            {"size": size, "ends": int(ends_generation), "lane": lane_id},
        )
        last, generation = cursor.fetchone()
    return last - size + 1, last, generation


def _key(lane_id: int, generation: int) -> str:
    return f"queue:{lane_id}:{generation}"


def _ask(operation: str, *args: Any) -> Any:
    """Return the result of an operation of `_OPERATIONS`, or None while Redis is unavailable."""
    global _unavailable_until
    if time.monotonic() < _unavailable_until:
        return None
    try:
        return _OPERATIONS[operation](_client(), *args)
    except (RedisError, OSError) as error:
        _unavailable_until = time.monotonic() + PAUSE
        logger.warning("Redis is unavailable, queue numbers come from the database: %s", error)
        return None


def _highest(client: redis.Redis, *keys: str) -> list[bytes | None]:
    pipeline = client.pipeline(transaction=False)
    for key in keys:
        pipeline.hget(key, "n")
    return pipeline.execute()


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "next": lambda client, key: client.eval(_NEXT, 1, key),
    "highest": _highest,
    "lock": lambda client, key, owner: client.set(key, owner, nx=True, px=1000) or False,
    "renew": lambda client, *args: client.eval(_RENEW, 2, *args),
}


def _client() -> redis.Redis:
    cache = settings.CACHES["default"]
    address = str(cache["LOCATION"])
    client = _clients.get(address)
    if client is None:
        client = redis.Redis.from_url(address, socket_timeout=0.5, socket_connect_timeout=0.5)
        # Another thread may do the same: each goes on with its own.
        _clients.clear()
        _clients[address] = client
    return client
