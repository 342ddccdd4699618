"""The account behind a request."""

from typing import cast

from django.http import HttpRequest

from .models import User


def user_of(request: HttpRequest) -> User:
    """Return the signed-in user, on pages that nobody else reaches."""
    return cast(User, request.user)
