"""Filters for the countdown of a basket, computed from the database's time (`hold.now`)."""

from datetime import datetime

from django import template
from django.utils.translation import ngettext

from bookings.models import Hold
from organisation.current import current_organisation

register = template.Library()


@register.filter
def milliseconds(at: datetime) -> int:
    """Return the time in milliseconds since 1970, as JavaScript counts."""
    return int(at.timestamp() * 1000)


@register.filter
def seconds_left(hold: Hold) -> int:
    return max(0, int((hold.expires_at - hold.now).total_seconds()))


@register.filter
def hold_seconds(hold: Hold) -> int:
    """Return the whole duration of the hold in seconds."""
    return int((hold.expires_at - hold.created_at).total_seconds())


@register.filter
def clock(hold: Hold) -> str:
    """Return the time left as "7:42"."""
    return "{}:{:02}".format(*divmod(seconds_left(hold), 60))


@register.simple_tag
def extension() -> str:
    """Return the label of the button that extends the reservation."""
    minutes = current_organisation().hold_extension_minutes
    return ngettext("Add %(n)d minute", "Add %(n)d minutes", minutes) % {"n": minutes}
