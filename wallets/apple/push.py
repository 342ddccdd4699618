"""Tell devices that a pass has changed: empty notifications by Apple's push service (APNs).

Over HTTP/2 with the certificate of the passes. The device then asks our web service.
"""

import logging
import os
import ssl
import tempfile
from collections.abc import Iterable

import httpx
from django.conf import settings

from .certificates import Signer

logger = logging.getLogger(__name__)

TIMEOUT = 10  # Seconds.
GONE = 410
BAD_TOKENS = {"BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered"}


def push(tokens: Iterable[str], signer: Signer) -> tuple[set[str], set[str]]:
    """Send a notification to each push token; return those that were sent, and those that are void.

    Those in neither set are to be tried again. Raises nothing: without a connection, both are
    empty.
    """
    sent: set[str] = set()
    void: set[str] = set()
    try:
        with _client(signer) as client:
            for token in tokens:
                response = client.post(f"/3/device/{token}", json={}, headers=_headers(signer))
                if response.is_success:
                    sent.add(token)
                elif response.status_code == GONE or _reason(response) in BAD_TOKENS:
                    void.add(token)
                else:
                    logger.warning("APNs refused: %s %s", response.status_code, _reason(response))
    except (httpx.HTTPError, OSError) as error:
        logger.warning("APNs cannot be reached: %s", error)
    return sent, void


def _client(signer: Signer) -> httpx.Client:
    return httpx.Client(
        base_url=settings.APPLE_PUSH_URL,
        http1=False,
        http2=True,
        timeout=TIMEOUT,
        trust_env=False,
        verify=_tls(signer),
    )


def _headers(signer: Signer) -> dict[str, str]:
    return {"apns-topic": signer.pass_type_id, "apns-push-type": "background", "apns-priority": "5"}


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json().get("reason", ""))
    except (ValueError, AttributeError):
        return ""


def _tls(signer: Signer) -> ssl.SSLContext:
    """Return a context with the certificate; OpenSSL reads it from a file, which is deleted."""
    context = ssl.create_default_context(cafile=settings.APPLE_PUSH_CA or None)
    descriptor, name = tempfile.mkstemp()  # Readable by us alone.
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(signer.key_pem + signer.certificate_pem)
        context.load_cert_chain(name)
    finally:
        os.unlink(name)
    return context
