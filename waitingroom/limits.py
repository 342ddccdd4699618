"""Limits that people hardly meet and programs soon do. Counted in Redis; away, nothing is counted.

By address there is an allowance, because a whole house may share one, and a larger one for networks
that the house has named. IPv6 is counted by /64, which is what one subscriber has.
"""

from django.conf import settings
from django.core.cache import cache

from core.client_address import client_address, household_of

from .exceptions import LooksAutomatic, TooManyFromHere, TooManyRequests
from .households import SHARED_FACTOR, is_shared

WINDOW = 600  # Seconds.
# Codes that open nothing, from one address within the window.
WRONG_CODES = 20
# Requests for places on one pass.
REQUESTS_BY_PASS = 120
# Nobody reads a page and presses its button in less time than this, in milliseconds.
QUICKEST_HAND = 350


def count_joining(request, kept):
    """Count somebody new from this address. Raises TooManyFromHere."""
    most = settings.QUEUE_ADDRESS_LIMIT * (
        SHARED_FACTOR if is_shared(client_address(request), kept) else 1
    )
    _count(f"queue:joined:{kept.room.pk}:{_household(request)}", most)


def check_codes(request, room):
    """Raise TooManyFromHere when too many wrong codes came from this address."""
    if (cache.get(f"queue:codes:{room.pk}:{_household(request)}") or 0) >= WRONG_CODES:
        raise TooManyFromHere


def count_wrong_code(request, room):
    _add(f"queue:codes:{room.pk}:{_household(request)}")


def count_request(performance_id, visitor):
    """Count a request for places on a pass. Raises TooManyRequests."""
    if _add(f"queue:requests:{performance_id}:{visitor}") > REQUESTS_BY_PASS:
        raise TooManyRequests


def check_hand(data):
    """Raise LooksAutomatic if what was sent looks as if no person had sent it.

    `website` is a field that people don't see. `waited` is how long the page was open, which its
    script fills in; without a script it is empty, and nothing is concluded from that.
    """
    if data.get("website"):
        raise LooksAutomatic
    waited = data.get("waited", "")
    if waited.isascii() and waited.isdigit() and int(waited[:9]) < QUICKEST_HAND:
        raise LooksAutomatic


def _household(request):
    return household_of(client_address(request))


def _count(name, most):
    if _add(name) > most:
        raise TooManyFromHere


def _add(name):
    if cache.add(name, 1, WINDOW):
        return 1
    try:
        return cache.incr(name)
    except ValueError:  # It has just run out.
        return 1
