"""The language an account has chosen, carried to Django's own middleware by its cookie."""

from django.conf import settings


def remember_language(response, user):
    """Have the following pages speak the account's language, without asking the database."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        user.language,
        max_age=60 * 60 * 24 * 365,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
