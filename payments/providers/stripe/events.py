"""Stripe's webhooks.

An event is a reason to fetch the payment's status, whatever it says. So events may come twice, late
and in any order.
"""

import json
from typing import Any

import stripe

from payments.credentials import Credentials
from payments.exceptions import InvalidEvent
from payments.providers.base import Event

# Seconds after which a signature is no longer accepted. Stripe signs each repetition anew.
TOLERANCE = 300


def event_of(body: bytes, signature: str, *, keys: Credentials) -> Event:
    """Verify the signature with one of the site's secrets, and return the event.

    Raises InvalidEvent.
    """
    _verify(body, signature, keys)
    try:
        event = json.loads(body)
        subject = event["data"]["object"]
        live = bool(event.get("livemode"))
        found = Event(
            event_id=str(event["id"])[:100],
            kind=str(event["type"])[:40],
            key=_key(subject)[:32],
            reference=_reference(subject)[:100],
            page=subject["id"] if subject["object"] == "checkout.session" else "",
            is_about_details=subject["object"] in ("charge", "refund", "dispute"),
            body=event,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidEvent(f"The event is malformed: {error!r}") from error
    if live != (keys.mode == "live"):
        raise InvalidEvent("A test event was sent to a site with live keys, or a live one to test.")
    return found


def _verify(body: bytes, signature: str, keys: Credentials) -> None:
    if not keys.webhook_secrets:
        raise InvalidEvent("No webhook secret has been entered.")
    problem = ""
    for secret in keys.webhook_secrets:
        try:
            stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE)
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            problem = str(error)
        else:
            return
    raise InvalidEvent(problem)


def _key(subject: dict[str, Any]) -> str:
    """Return our payment's key, if the object carries it."""
    return str((subject.get("metadata") or {}).get("payment") or "")


def _reference(subject: dict[str, Any]) -> str:
    """Return the ID of the payment intent that the object is about, or ""."""
    if subject.get("object") == "payment_intent":
        return str(subject["id"])
    intent = subject.get("payment_intent") or ""
    return str(intent.get("id", "") if isinstance(intent, dict) else intent)
