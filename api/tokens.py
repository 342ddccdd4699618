"""Refresh tokens, each of which is good for one new pair."""

import hashlib

from allauth.headless import app_settings
from allauth.headless.tokens.strategies.jwt.internal import decode_token, session_key_from_sid
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection, transaction


def rotate(refresh_token: str) -> tuple[str, str] | None:
    """Use a refresh token up; return a new (access token, refresh token), or None if it is bad.

    The session keeps which refresh tokens are good, and is read, changed and written back. So those
    who refresh the same log-in pass one at a time: of two who come with the same token one is
    refused, and of two with different ones neither loses what it was given. Locks the log-in
    (waiting), until the session is committed.
    """
    payload = decode_token(refresh_token, "refresh")
    if payload is None:
        return None
    with transaction.atomic(durable=True):
        _lock_login(session_key_from_sid(payload["sid"]))
        try:
            return app_settings.TOKEN_STRATEGY.refresh_token(refresh_token)
        except UpdateError:  # It was logged out in this instant.
            return None


def _lock_login(session_key):
    digest = hashlib.blake2b(str(session_key).encode(), digest_size=8, person=b"concert.login")
    number = int.from_bytes(digest.digest(), "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
