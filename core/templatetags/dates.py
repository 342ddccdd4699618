"""``{{ performance.starts_at|days_later:1|date:"SHORT_MONTH_DAY" }}``"""

from datetime import date, datetime, timedelta

from django import template

register = template.Library()


@register.filter(expects_localtime=True)
def days_later(moment: datetime, days: int) -> date:
    """Return the day so many days after that of a moment, in its time zone."""
    return moment.date() + timedelta(days=days)
