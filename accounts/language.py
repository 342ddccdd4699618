"""The account's language, passed to Django's LocaleMiddleware in its cookie."""

from django.conf import settings
from django.http import HttpResponse

from .models import User


def remember_language(response: HttpResponse, user: User) -> None:
    """Set the language cookie, so that pages need not query the account."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        user.language,
        max_age=60 * 60 * 24 * 365,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
