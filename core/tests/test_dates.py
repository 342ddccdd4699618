from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.template import Context, Template

AROUND = Template(
    '{% load dates tz %}{% timezone zone %}{{ at|days_later:-1|date:"SHORT_MONTH_DAY" }},'
    ' {{ at|days_later:1|date:"SHORT_MONTH_DAY" }}{% endtimezone %}'
)


def test_days_later_counts_from_the_day_at_the_venue():
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    rendered = [
        AROUND.render(Context({"at": at, "zone": ZoneInfo(zone)}))
        for zone in ("Europe/London", "Europe/Berlin")
    ]
    assert rendered == ["30 Dec, 1 Jan", "31 Dec, 2 Jan"]
