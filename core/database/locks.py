"""Advisory locks by name, and the time by the database's clock."""

import hashlib
from datetime import datetime

from .rows import run

# A function in FROM, so that the rows come in the order of the keys.
LOCK = "SELECT pg_advisory_xact_lock(key), clock_timestamp() FROM unnest(%(keys)s::bigint[]) AS key"
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(%(key)s::bigint)"


def database_now() -> datetime:
    """Return the database's time at this moment, by which every process judges expiry."""
    now: datetime = run("SELECT clock_timestamp()", {})[0][0]
    return now


def lock_names(*names: str) -> datetime:
    """Take the advisory locks of these names until the transaction ends, waiting for others.

    A name starts with what it is about, such as `buyer:`. Return the database's time once the locks
    are held.
    """
    # In one fixed order, so that two who need the same names cannot wait for each other.
    rows = run(LOCK, {"keys": sorted({_key_of(name) for name in names})})
    now: datetime = rows[-1][1]
    return now


def try_lock_name(name: str) -> bool:
    """Take the advisory lock of this name if nobody has it; return whether it was taken."""
    return bool(run(TRY_LOCK, {"key": _key_of(name)})[0][0])


def _key_of(name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8, person=b"concert.locks").digest()
    return int.from_bytes(digest, "big", signed=True)
