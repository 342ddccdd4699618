"""Signing what is sent, as the convention “Standard Webhooks” has it.

A secret is worked out from the endpoint's salt and the installation's own key: nobody can read it
from the database, or from a copy of it. A new SECRET_KEY changes every secret; as long as the
former one is listed in SECRET_KEY_FALLBACKS, both sign, and receivers have time to change theirs.
"""

import base64
import hashlib
import hmac

from django.utils import timezone
from django.utils.crypto import salted_hmac

from core.secret_keys import secret_keys

PREFIX = "whsec_"


def secret_of(endpoint):
    """Return the secret as its receiver writes it down. Show it once, when it was made."""
    return PREFIX + base64.b64encode(_key(endpoint.salt)).decode()


def headers_for(endpoint, *, event_id, body, at):
    """Return the headers that say which event this is, when it is sent, and that it is ours.

    `body` is bytes, `at` when it is sent. For a while after a rotation both secrets sign.
    """
    salts = [endpoint.salt]
    if endpoint.previous_salt and endpoint.previous_until > timezone.now():
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


def _key(salt, secret=None):
    return salted_hmac("concert.webhook", salt, secret=secret, algorithm="sha256").digest()


def _signature(key, signed):
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
