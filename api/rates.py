"""How often one caller may ask. Counted in the cache: while that is away nobody is counted."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from .problems import Problem

WINDOW = 60  # Seconds.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Count:
    policy: str
    limit: int
    used: int
    reset: int

    @property
    def headers(self):
        """As in the IETF's draft “RateLimit header fields for HTTP”."""
        left = max(0, self.limit - self.used)
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={left};t={self.reset}',
        }


def count_request(request):
    """Count this request; return the Count. Raises `Problem` (429) beyond the limit."""
    policy = _policy(request)
    limit = settings.API_RATE_LIMITS[policy]
    window, passed = divmod(int(time.time()), WINDOW)
    name = f"api-rate:{policy}:{request.caller.counted_as}:{window}"
    cache.add(name, 0, timeout=WINDOW * 2)
    try:
        used = cache.incr(name)
    except ValueError:  # It was flushed in this instant.
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


def _policy(request):
    if "/auth/" in request.path:
        return "auth"
    return "reads" if request.method in SAFE_METHODS else "writes"
