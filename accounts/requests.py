"""The account behind a request: its user, language and last visit."""

import logging
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from .models import User


def user_of(request: HttpRequest) -> User:
    """Return the signed-in user, on pages that nobody else reaches."""
    return cast(User, request.user)


def remember_language(response: HttpResponse, language: str) -> None:
    """Set the language cookie, so that pages need not query the account."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=60 * 60 * 24 * 365,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


logger = logging.getLogger(__name__)

VISIT_EVERY = timedelta(minutes=15)


def record_visit(*, user: User, now: datetime) -> None:
    """Record a visit, to a quarter of an hour: at most one UPDATE in that time, else no query.

    Errors are logged; whatever the visit is for goes on.
    """
    due = now - VISIT_EVERY
    if user.last_visit_at and user.last_visit_at > due:
        return
    try:
        # Of concurrent requests, one updates.
        User.objects.filter(Q(last_visit_at=None) | Q(last_visit_at__lte=due), pk=user.pk).update(
            last_visit_at=now
        )
    except DatabaseError:
        logger.warning("The last visit of account %s was not recorded.", user.pk, exc_info=True)
