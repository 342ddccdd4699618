"""Show the till of the logged-in user on pages of other apps."""

from django import template

from accounts.models import User
from finance.models import TillSession
from finance.till.sessions import open_session_of

register = template.Library()


@register.simple_tag
def open_till(user: User) -> TillSession | None:
    """Return the user's open till session, or None."""
    return open_session_of(user)
