from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def letters_stay_here():
    """Whether letters end on this machine, so that nobody waits for one in vain."""
    return not settings.EMAIL_URL
