"""Rate limits against bots, counted in Redis; while Redis is unavailable nothing is counted.

Limits by address leave room for households, and more for the networks that staff have listed as
shared. IPv6 is counted by /64, which is what one subscriber has.
"""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, QueryDict

from core.client_address import client_address, household_of
from organisation.current import current_organisation

from .exceptions import LooksAutomated, TooManyFromAddress, TooManyRequests
from .households import SHARED_FACTOR, is_shared
from .models import WaitingRoom
from .rooms import CachedRoom

WINDOW = 600  # Seconds.
# Wrong access codes from one address within the window.
WRONG_CODES = 20
# Requests for places with one pass within the window.
REQUESTS_BY_PASS = 120
# No person reads the page and presses its button in fewer milliseconds.
MIN_MILLISECONDS = 350


def count_join(request: HttpRequest, cached: CachedRoom) -> None:
    """Count a new visitor from this address. Raises `TooManyFromAddress`."""
    if settings.LIFT_ADDRESS_LIMITS:
        return
    limit = current_organisation().queue_address_limit * (
        SHARED_FACTOR if is_shared(client_address(request), cached) else 1
    )
    if _add(f"queue:joined:{cached.room.pk}:{_household(request)}") > limit:
        raise TooManyFromAddress


def check_codes(request: HttpRequest, room: WaitingRoom) -> None:
    """Raise `TooManyFromAddress` after too many wrong access codes from this address."""
    if (cache.get(f"queue:codes:{room.pk}:{_household(request)}") or 0) >= WRONG_CODES:
        raise TooManyFromAddress


def count_wrong_code(request: HttpRequest, room: WaitingRoom) -> None:
    """Count a wrong access code from this address."""
    _add(f"queue:codes:{room.pk}:{_household(request)}")


def count_request(performance_id: int, visitor: str) -> None:
    """Count a request for places with a pass. Raises `TooManyRequests`."""
    if _add(f"queue:requests:{performance_id}:{visitor}") > REQUESTS_BY_PASS:
        raise TooManyRequests


def check_automation(data: QueryDict) -> None:
    """Raise `LooksAutomated` if a form looks as if a bot had sent it.

    `website` is a field that people don't see. `waited` is how many milliseconds the page was open,
    set by its script; it is empty without JavaScript, which is accepted.
    """
    if data.get("website"):
        raise LooksAutomated
    waited = data.get("waited", "")
    if waited.isascii() and waited.isdigit() and int(waited[:9]) < MIN_MILLISECONDS:
        raise LooksAutomated


def _household(request: HttpRequest) -> str:
    return household_of(client_address(request))


def _add(name: str) -> int:
    if cache.add(name, 1, WINDOW):
        return 1
    try:
        return cache.incr(name)
    except ValueError:  # It expired in this moment.
        return 1
