"""The lottery of those who gathered before the opening, which anybody can check.

Nobody keeps a list. Before the opening the SHA-256 of a secret seed is published; afterwards the
seed itself. Somebody's lot is HMAC-SHA256(seed, their arrival id), and the lower goes first. The
house could not choose lots, because the seed was fixed before anybody came, and nobody could choose
a lucky id, because the seed was secret until nobody could come early any more. The first 64 bits
as a fraction of 2^64, times the number of those who gathered, are the position: so a lot gives a
position without any other being known, and the order is that of the lots whatever the number.
"""

import hashlib
import hmac

from django.utils.crypto import salted_hmac


def arrival_id(performance_id, who):
    """Return what somebody's lot is drawn for: always the same for the same visitor or account."""
    name = f"{performance_id}:{who}"
    return salted_hmac("waitingroom.arrival", name, algorithm="sha256").hexdigest()[:20]


def lot(seed, arrival):
    """Return the lot of an arrival id: a whole number under 2^64, all equally likely."""
    digest = hmac.new(seed.encode(), arrival.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big")


def position(seed, arrival, drawn):
    """Return where a lot stands among `drawn` people, from 1 on.

    Two may share a position and another stay empty; on average each has one.
    """
    return 1 + (lot(seed, arrival) * max(drawn, 1) >> 64)
