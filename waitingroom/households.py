"""Limits by household: how much of a performance one address may hold at the same time.

A household is one network subscriber: an IPv4 address, or the /64 of an IPv6 address. Networks
shared by many people (those of the organisation and of the waiting room) get `SHARED_FACTOR`
times the limit. The limit is a share of the size of what is sold, `household_limit_percent` of the
organisation; at 100 there is none. LIFT_ADDRESS_LIMITS lifts it for load tests.

Only a keyed hash that differs by performance is stored, and only while it is counted.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

from core.client_address import household_of, is_within
from organisation.current import current_organisation

from .rooms import CachedRoom, cached_room

SHARED_FACTOR = 100
SALT = "concert.household"


@dataclass(frozen=True, slots=True)
class Household:
    """`name` is the keyed hash that is stored and counted by, `limit` the most it may have."""

    name: str
    limit: int


def household_at(
    address: str | None, *, performance_id: int, size: int, person: int, family: int
) -> Household | None:
    """Return the `Household` of a client address at a performance, or None if it has no limit.

    `size` is the total quantity, `person` what one person may always have, and `family` what
    several may have unless that is more than half of the total. `address` is None for staff and
    their integrations, who are not limited.
    """
    if address is None or settings.LIFT_ADDRESS_LIMITS:
        return None
    limit = max(
        person,
        min(family, size // 2),
        -(-size * current_organisation().household_limit_percent // 100),
    )
    if limit < size and is_shared(address, cached_room(performance_id)):
        limit *= SHARED_FACTOR
    if limit >= size:
        return None
    digest = salted_hmac(SALT, f"{performance_id} {household_of(address)}", algorithm="sha256")
    return Household(digest.hexdigest()[:32], limit)


def is_shared(address: str, cached: CachedRoom | None = None) -> bool:
    """Return whether many people share this address, by the organisation or a waiting room."""
    networks = current_organisation().shared_network_list
    if cached is not None:
        networks += cached.room.shared_networks.split()
    return bool(networks) and is_within(address, networks)
