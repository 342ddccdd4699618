"""Signatures of the demo bank's webhooks: an HMAC over the time and the body."""

import hmac
import time

from django.conf import settings
from django.utils.crypto import salted_hmac

HEADER = "Demo-Signature"

# Seconds after which a signature is no longer accepted, to prevent replays.
TOLERANCE = 300


def sign(body: bytes, at: int | None = None) -> str:
    """Return the signature header's value for `body`, signed at `at` (seconds since 1970)."""
    at = int(time.time()) if at is None else at
    return f"t={at},v1={_digest(at, body, settings.SECRET_KEY)}"


def is_genuine(body: bytes, signature: str) -> bool:
    """Return whether `sign` made the header's value for this body less than TOLERANCE ago."""
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    try:
        at = int(parts.get("t", ""))
    except ValueError:
        return False
    given = parts.get("v1", "").encode()
    is_signed = any(
        hmac.compare_digest(given, _digest(at, body, secret).encode())
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )
    return is_signed and abs(time.time() - at) <= TOLERANCE


def _digest(at: int, body: bytes, secret: str) -> str:
    message = b"%d." % at + body
    return salted_hmac("payments.demo", message, secret=secret, algorithm="sha256").hexdigest()
