"""How the demo bank signs its notices: an HMAC over the time and the body."""

import hmac
import time

from django.utils.crypto import salted_hmac

HEADER = "Demo-Signature"

# A notice that was signed longer ago may have been recorded by somebody and played back.
TOLERANCE = 300


def sign(body, at=None):
    """Return the signature header's value for `body`, signed at `at` (seconds since 1970)."""
    at = int(time.time()) if at is None else at
    return f"t={at},v1={_digest(at, body)}"


def is_genuine(body, signature):
    """Whether the header's value was made by `sign` for this body, not long ago."""
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    try:
        at = int(parts.get("t", ""))
    except ValueError:
        return False
    fresh = abs(time.time() - at) <= TOLERANCE
    return hmac.compare_digest(parts.get("v1", "").encode(), _digest(at, body).encode()) and fresh


def _digest(at, body):
    return salted_hmac("payments.demo", b"%d." % at + body, algorithm="sha256").hexdigest()
