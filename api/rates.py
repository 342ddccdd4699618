"""Rate limits per caller, counted in the cache; while that is unavailable nothing is counted."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from .callers import ApiRequest
from .problems import SAFE_METHODS, Problem

WINDOW = 60  # Seconds.


@dataclass(frozen=True)
class Count:
    policy: str
    limit: int
    used: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of the IETF draft “RateLimit header fields for HTTP”."""
        left = max(0, self.limit - self.used)
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={left};t={self.reset}',
        }


def count_request(request: ApiRequest) -> Count:
    """Count this request. Raises `Problem` (429) beyond the limit."""
    policy = _policy(request)
    limit = settings.API_RATE_LIMITS[policy]
    window, passed = divmod(int(time.time()), WINDOW)
    name = f"api-rate:{policy}:{request.caller.counted_as}:{window}"
    cache.add(name, 0, timeout=WINDOW * 2)
    try:
        used = cache.incr(name)
    except ValueError:  # Flushed in this moment.
        used = 1
    count = Count(policy, limit, used, WINDOW - passed)
    if used > limit:
        raise Problem(
            429,
            "too-many-requests",
            _("Too many requests. Please wait %d seconds.") % count.reset,
            headers={**count.headers, "Retry-After": str(count.reset)},
        )
    return count


def _policy(request: ApiRequest) -> str:
    if "/auth/" in request.path:
        return "auth"
    return "reads" if request.method in SAFE_METHODS else "writes"
