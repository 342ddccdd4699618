"""Limits by household: how much of one performance a single address may take at the same time.

A household is what one subscriber usually has, an IPv4 address or the /64 of an IPv6 address.
Networks that many people share (`SHARED_NETWORKS`, and those of the waiting room) have
`SHARED_FACTOR` times the allowance. The limit follows the size of what is shared out, by
`HOUSEHOLD_LIMIT_PERCENT`; at 100 there is none.

What is stored is a keyed hash that differs by performance, and only as long as it is counted.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

from core.client_address import household_of, is_within

from .rooms import room_of

SHARED_FACTOR = 100
SALT = "concert.household"


@dataclass(frozen=True, slots=True)
class Household:
    """`name` is the keyed hash that is stored and counted by, `limit` the most it may have."""

    name: str
    limit: int


def household_at(address, *, performance_id, size, person, family):
    """Return the `Household` of a client address at a performance, or None if it has no limit.

    `size` is how much there is for everybody, `person` what one person may have in any case, and
    `family` what several may, unless that is more than half of it. `address` is None for staff and
    their programs, who are not limited.
    """
    if address is None:
        return None
    limit = max(person, min(family, size // 2), -(-size * settings.HOUSEHOLD_LIMIT_PERCENT // 100))
    if limit < size and is_shared(address, room_of(performance_id)):
        limit *= SHARED_FACTOR
    if limit >= size:
        return None
    digest = salted_hmac(SALT, f"{performance_id} {household_of(address)}", algorithm="sha256")
    return Household(digest.hexdigest()[:32], limit)


def is_shared(address, kept=None):
    """Whether many people share this address, by the settings or by a waiting room (`Kept`)."""
    networks = [*settings.SHARED_NETWORKS]
    if kept is not None:
        networks += kept.room.shared_networks.split()
    return bool(networks) and is_within(address, networks)
