"""Refresh tokens, each of which is exchanged once."""

from allauth.headless import app_settings
from allauth.headless.tokens.strategies.jwt.internal import decode_token, session_key_from_sid
from django.contrib.sessions.backends.base import UpdateError
from django.db import transaction

from core.database.locks import lock_names


def rotate(refresh_token: str) -> tuple[str, str] | None:
    """Exchange a refresh token for a new (access token, refresh token); None if it is invalid.

    The session stores which refresh tokens are valid, and is read, changed and written back. So
    exchanges within one login are serialised: of two with the same token one is refused, and of two
    with different ones neither loses its result. Takes an advisory lock on the login (waiting)
    until the session is committed.
    """
    payload = decode_token(refresh_token, "refresh")
    if payload is None:
        return None
    with transaction.atomic(durable=True):
        _lock_login(session_key_from_sid(payload["sid"]))
        try:
            tokens: tuple[str, str] = app_settings.TOKEN_STRATEGY.refresh_token(refresh_token)
            return tokens
        except UpdateError:  # Logged out in this moment.
            return None


def _lock_login(session_key: str) -> None:
    lock_names(f"login:{session_key}")
