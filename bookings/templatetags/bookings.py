"""Filters for baskets, orders and tickets.

Those of the countdown are computed from the database's time (`hold.now`).
"""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from bookings.aftersale.refunds import is_paid_by_hand
from bookings.models import Hold
from organisation.current import current_organisation

from ..checkout_fields import labelled

register = template.Library()
register.filter("is_paid_by_hand", is_paid_by_hand)


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


@register.filter
def with_labels(details: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (label, answer) of an order's or a ticket's details."""
    return labelled(details) if details else []


@register.filter
def nowrap_parts(label: str) -> SafeString:
    """Return the label without line breaks inside its parts: "row F" stays together."""
    parts = label.split(", ")
    spans = [(f"{part},",) for part in parts[:-1]] + [(parts[-1],)]
    return format_html_join(" ", '<span class="whole">{}</span>', spans)
