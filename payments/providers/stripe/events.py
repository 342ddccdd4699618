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

# The events to send, and whether they are about refunds or disputes. Others are ignored: a customer
# who pays causes half a dozen.
KINDS = {
    "checkout.session.completed": False,
    "checkout.session.async_payment_succeeded": False,
    "checkout.session.async_payment_failed": False,
    "checkout.session.expired": False,
    "charge.refunded": True,
    "refund.created": True,
    "refund.updated": True,
    "refund.failed": True,
    "charge.dispute.created": True,
    "charge.dispute.updated": True,
    "charge.dispute.closed": True,
    "charge.dispute.funds_withdrawn": True,
    "charge.dispute.funds_reinstated": True,
}


def event_of(body: bytes, signature: str, *, keys: Credentials) -> Event:
    """Verify the signature with one of the site's secrets, and return the event.

    Raises InvalidEvent.
    """
    _verify(body, signature, keys)
    try:
        event = json.loads(body)
        found = _event(event, event["data"]["object"])
        live = bool(event["livemode"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidEvent(f"The event is malformed: {error!r}") from error
    if live != (keys.mode == "live"):
        raise InvalidEvent("A test event was sent to a site with live keys, or a live one to test.")
    return found


def _event(event: dict[str, Any], subject: dict[str, Any]) -> Event:
    event_id, kind = str(event["id"])[:100], str(event["type"])[:40]
    if kind not in KINDS:
        return Event(event_id, kind, is_relevant=False)
    return Event(
        event_id,
        kind,
        key=_key(subject)[:32],
        reference=_reference(subject)[:100],
        page=str(subject["id"]) if subject["object"] == "checkout.session" else "",
        is_about_details=KINDS[kind],
        body=event,
    )


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
