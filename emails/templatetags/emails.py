"""Template tags of e-mails and of their pages in the admin."""

from django import template
from django.conf import settings
from django.utils.translation import get_language, pgettext

register = template.Library()

# Languages in which a greeting uses the first name.
FIRST_NAME_LANGUAGES = {"en"}


@register.simple_tag
def greeting(name: str) -> str:
    """Return the first line of an e-mail to a person with this full name."""
    language = (get_language() or "en").partition("-")[0]
    names = name.split() or [""]
    called = names[0] if language in FIRST_NAME_LANGUAGES else " ".join(names)
    return pgettext("greeting", "Hi %(name)s,") % {"name": called}


@register.simple_tag
def emails_are_not_sent() -> bool:
    """Return whether e-mails are not sent, because no mail server is configured."""
    return not settings.EMAIL_URL
