"""What the admin's pages about letters need to know."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def emails_stay_here():
    """Whether letters go nowhere, for want of a mail server."""
    return not settings.EMAIL_URL
