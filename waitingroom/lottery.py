"""The lottery of everyone who joined before the opening, which anyone can verify.

No list is stored. Before the opening the SHA-256 of a secret seed is published, afterwards the seed
itself. A visitor's draw number is HMAC-SHA256(seed, their draw ID); the lowest goes first. The
organiser cannot choose draw numbers, because the seed was fixed before anyone joined, and nobody
can choose a lucky draw ID, because the seed was secret until the draw closed. The first 64 bits of
the draw number as a fraction of 2^64, times the number of participants, are the position: so each
position is computed without knowing any other, and the order is that of the draw numbers.
"""

import hashlib
import hmac

from django.utils.crypto import salted_hmac


def draw_id(performance_id: int, owner: str) -> str:
    """Return the draw ID of a visitor or account: always the same for the same `owner`."""
    name = f"{performance_id}:{owner}"
    return salted_hmac("waitingroom.arrival", name, algorithm="sha256").hexdigest()[:20]


def draw_number(seed: str, draw_id: str) -> int:
    """Return the draw number of a draw ID: an integer under 2^64, all equally likely."""
    digest = hmac.new(seed.encode(), draw_id.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big")


def position(seed: str, draw_id: str, draw_size: int) -> int:
    """Return the position of a draw ID among `draw_size` participants, from 1 on.

    Two may share a position and another stay empty; on average each has one.
    """
    return 1 + (draw_number(seed, draw_id) * max(draw_size, 1) >> 64)
