"""Numbers in the order of arrival: counted in Redis, reserved in PostgreSQL.

PostgreSQL reserves blocks (`Lane.issued_to`) and Redis counts inside the block reserved last.
A number is never given twice and never smaller than an earlier one, whatever becomes of Redis: if
its counter is gone, counting goes on behind all that was ever reserved, which leaves a gap of at
most a block (nobody stands there, so nobody is passed by). While Redis is away every number is
reserved by itself, in PostgreSQL; that also ends the counter's generation, so that what Redis
remembers when it comes back counts no more.
"""

import logging
import secrets
import time

import redis
from django.conf import settings
from django.db import connection
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

BLOCK = 250
# After a failure Redis is left alone for so many seconds.
PAUSE = 2.0
KEPT = 60 * 60 * 24 * 7  # Seconds after which a counter that nobody touches is forgotten.

# Next number of the block, or -1 where there is no block or it is used up.
_NEXT = """
local at = redis.call('HMGET', KEYS[1], 'n', 'to')
if not at[1] or tonumber(at[1]) >= tonumber(at[2]) then return -1 end
return redis.call('HINCRBY', KEYS[1], 'n', 1)
"""
# A fresh block, unless somebody has put in a later one: then this one stays empty. It does so, too,
# when the turn to renew is over, by time or by a flush: meanwhile another may have put in a later
# one, which may have been forgotten again.
_RENEW = """
if redis.call('GET', KEYS[2]) ~= ARGV[4] then return 0 end
redis.call('DEL', KEYS[2])
local n = redis.call('HGET', KEYS[1], 'n')
if n and tonumber(n) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'n', ARGV[1], 'to', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""

_clients = {}
_away_until = 0.0


def next_number(lane):
    """Return the next number of a lane. Needs no transaction and must be in none."""
    generation = lane.generation
    for _attempt in range(50):
        number = _ask("next", _key(lane.pk, generation))
        if number is None:
            return _reserve(lane.pk, 1, ends_generation=True)[0]
        if number > 0:
            return int(number)
        generation = _renew(lane.pk, generation)
    return _reserve(lane.pk, 1, ends_generation=True)[0]


def highest_numbers(lanes):
    """Return {lane id: highest number given out}.

    Where Redis does not know (any more), it is the highest that can have been given out: rather
    somebody is called who is not there than anybody waited for nobody to call them.
    """
    lanes = list(lanes)
    counted = _ask("highest", *[_key(lane.pk, lane.generation) for lane in lanes])
    return {
        lane.pk: max(lane.seen, lane.issued_to if number is None else int(number))
        for lane, number in zip(lanes, counted or [None] * len(lanes), strict=True)
    }


def forget_failures():
    """Ask Redis again at once. For tests."""
    global _away_until
    _away_until = 0.0


def _renew(lane_id, generation):
    """Have one process reserve the next block while the others wait a moment for it."""
    turns, turn = f"queue:renewing:{lane_id}", secrets.token_hex(8)
    if not _ask("lock", turns, turn):
        time.sleep(0.01)
        return generation
    first, last, generation = _reserve(lane_id, BLOCK)
    _ask("renew", _key(lane_id, generation), turns, first - 1, last, KEPT, turn)
    return generation


def _reserve(lane_id, size, ends_generation=False):
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


def _key(lane_id, generation):
    return f"queue:{lane_id}:{generation}"


def _ask(what, *args):
    """Ask Redis, or return None while it is away."""
    global _away_until
    if time.monotonic() < _away_until:
        return None
    try:
        return _ASKED[what](_client(), *args)
    except (RedisError, OSError) as error:
        _away_until = time.monotonic() + PAUSE
        logger.warning("Numbers come from the database, since Redis is away: %s", error)
        return None


def _highest(client, *keys):
    pipeline = client.pipeline(transaction=False)
    for key in keys:
        pipeline.hget(key, "n")
    return pipeline.execute()


_ASKED = {
    "next": lambda client, key: client.eval(_NEXT, 1, key),
    "highest": _highest,
    "lock": lambda client, key, turn: client.set(key, turn, nx=True, px=1000) or False,
    "renew": lambda client, *args: client.eval(_RENEW, 2, *args),
}


def _client():
    cache = settings.CACHES["default"]
    address = cache["LOCATION"]
    if address not in _clients:
        _clients.clear()
        _clients[address] = redis.Redis.from_url(
            address, socket_timeout=0.5, socket_connect_timeout=0.5
        )
    return _clients[address]
