"""The other ways to log in, in templates."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag(takes_context=True)
def social_providers(context: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (name, URL of its button's form) of each provider that is configured."""
    if not settings.SOCIAL_APPS:
        return []
    request = context["request"]
    providers = get_adapter().list_providers(request)
    return [(one.name, one.get_login_url(request)) for one in providers]
