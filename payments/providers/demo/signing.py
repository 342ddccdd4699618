"""Signatures of the demo bank's webhooks: an HMAC over the time and the body."""

import time

from django.utils.crypto import constant_time_compare

from core.secret_keys import hmac_of, secret_keys

HEADER = "Demo-Signature"

# Seconds after which a signature is no longer accepted, to prevent replays.
TOLERANCE = 300


def sign(body: bytes, at: int | None = None) -> str:
    """Return the signature header's value for `body`, signed at `at` (seconds since 1970)."""
    at = int(time.time()) if at is None else at
    return f"t={at},v1={_digest(at, body)}"


def is_genuine(body: bytes, signature: str) -> bool:
    """Return whether `sign` made the header's value for this body less than TOLERANCE ago."""
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    try:
        at = int(parts.get("t", ""))
    except ValueError:
        return False
    given = parts.get("v1", "")
    is_signed = any(
        constant_time_compare(given, _digest(at, body, secret)) for secret in secret_keys()
    )
    return is_signed and abs(time.time() - at) <= TOLERANCE


def _digest(at: int, body: bytes, secret: str | None = None) -> str:
    return hmac_of("payments.demo", b"%d." % at + body, secret=secret)
