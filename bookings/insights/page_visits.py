"""Count how often the page of a performance is opened: by performance and day, and nothing else.

The page itself is the same for everybody and served from caches, so it is not counted. Each page
has an invisible picture of its own, which browsers keep until the end of the day: so each browser
counts once a day. Neither a cookie nor an address is read for it. Browsers that load no pictures
are not counted, and robots that name themselves are left out.

The counters are in Redis, without a query, and a task adds them to `PageVisits`. Visits that Redis
loses are not counted.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from shows.models import Performance

# Parts of the user agents of robots, link previews and programs.
ROBOTS = re.compile(
    r"bot|crawl|spider|slurp|preview|facebookexternalhit|monitor|headless|lighthouse"
    r"|curl|wget|python|java/|go-http|okhttp|scrapy",
    re.IGNORECASE,
)
KEPT = 3 * 86400  # Seconds; the task runs every few minutes.
_LOCK, _LOCKED_FOR = "page-visits:stored", 60

_ADD = """
INSERT INTO bookings_pagevisits (performance_id, day, number)
SELECT counted.performance, counted.day, counted.number
FROM unnest(%s::bigint[], %s::date[], %s::int[]) AS counted (performance, day, number)
JOIN shows_performance ON shows_performance.id = counted.performance
ON CONFLICT (performance_id, day)
DO UPDATE SET number = bookings_pagevisits.number + excluded.number
"""


def open_counter(performance_id: int) -> None:
    """Let visits to a page be counted today. Only pages that were built have a counter."""
    cache.add(_key(performance_id, timezone.localdate()), 0, KEPT)


def count_visit(performance_id: int, headers: Mapping[str, str]) -> None:
    """Count a visit, unless the headers are those of a robot or of a page loaded in advance."""
    agent = headers.get("User-Agent", "")
    if not agent or ROBOTS.search(agent) or "prefetch" in headers.get("Sec-Purpose", ""):
        return
    with suppress(ValueError):  # No such page was built today.
        cache.incr(_key(performance_id, timezone.localdate()))


def store_visits() -> None:
    """Add the visits counted since the last run to the table. Only one run works at a time."""
    if not cache.add(_LOCK, 1, _LOCKED_FOR):
        return
    try:
        taken = {key: number for key, number in _counted().items() if number > 0}
        _take(taken, -1)
        try:
            _add(taken)
        except BaseException:
            _take(taken, 1)
            raise
    finally:
        cache.delete(_LOCK)


def _key(performance_id: int, day: date) -> str:
    return f"page-visits:{day:%Y-%m-%d}:{performance_id}"


def _counted() -> dict[str, int]:
    today = timezone.localdate()
    # Past performances are visited too, but do not sell.
    recent = Performance.objects.reachable().filter(
        starts_at__gt=timezone.now() - timedelta(days=2)
    )
    pks = list(recent.order_by().values_list("pk", flat=True))
    days = (today - timedelta(days=1), today)
    return cache.get_many([_key(pk, day) for pk in pks for day in days])


def _take(counted: Mapping[str, int], sign: int) -> None:
    for key, number in counted.items():
        with suppress(ValueError):  # Redis was flushed in between.
            cache.incr(key, sign * number)


def _add(counted: Mapping[str, int]) -> None:
    if not counted:
        return
    rows = [(*reversed(key.split(":")[1:]), number) for key, number in counted.items()]
    performances, days, numbers = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [[int(pk) for pk in performances], list(days), list(numbers)])
