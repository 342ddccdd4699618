"""Sign webhooks by the convention “Standard Webhooks” (standardwebhooks.com).

A secret is derived from the endpoint's salt and the installation's own key, so that it cannot be
read from the database or a copy of it. Changing SECRET_KEY changes every secret; as long
as the former key is listed in SECRET_KEY_FALLBACKS, both sign, so that receivers can be updated.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac

from core.secret_keys import secret_keys

from ..models import Endpoint

PREFIX = "whsec_"


def secret_of(endpoint: Endpoint) -> str:
    """Return the secret as its receiver stores it. Show it once, when it was created."""
    return PREFIX + base64.b64encode(_key(endpoint.salt)).decode()


def headers_for(endpoint: Endpoint, *, event_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers with the event's id, the time of sending (`at`) and the signatures.

    For a day after a rotation both secrets sign.
    """
    salts = [endpoint.salt]
    if (
        endpoint.previous_salt
        and endpoint.previous_until
        and endpoint.previous_until > timezone.now()
    ):
        salts.append(endpoint.previous_salt)
    seconds = str(int(at.timestamp()))
    signed = b".".join([event_id.encode(), seconds.encode(), body])
    return {
        "webhook-id": event_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(
            _signature(_key(salt, secret), signed) for salt in salts for secret in secret_keys()
        ),
    }


def _key(salt: str, secret: str | None = None) -> bytes:
    return salted_hmac("concert.webhook", salt, secret=secret, algorithm="sha256").digest()


def _signature(key: bytes, signed: bytes) -> str:
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
