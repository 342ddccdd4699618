"""What a basket's countdown shows, worked out from the database's time (`hold.now`)."""

from django import template
from django.conf import settings
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def milliseconds(at):
    """A moment as scripts count: milliseconds since 1970."""
    return int(at.timestamp() * 1000)


@register.filter
def seconds_left(hold):
    return max(0, int((hold.expires_at - hold.now).total_seconds()))


@register.filter
def kept_for(hold):
    """How many seconds the hold lasts from its beginning."""
    return int((hold.expires_at - hold.created_at).total_seconds())


@register.filter
def clock(hold):
    """The time left, as "7:42"."""
    return "{}:{:02}".format(*divmod(seconds_left(hold), 60))


@register.simple_tag
def extension():
    """What the button that extends a basket says."""
    minutes = int(settings.HOLD_EXTENSION.total_seconds() // 60)
    return ngettext("Add %(n)d minute", "Add %(n)d minutes", minutes) % {"n": minutes}
