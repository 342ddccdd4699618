"""A Stripe account: the IDs, events and signed webhooks of its records."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..account import Account, random_text
from ..records import Checkout, Event
from ..webhooks import Message, Webhooks
from . import objects

_PREFIXES = {
    "intent": "pi_3", "charge": "ch_3", "local_charge": "py_3", "refund": "re_3",
    "local_refund": "pyr_3", "dispute": "du_1", "entry": "txn_3", "payout": "po_1",
    "event": "evt_1", "request": "req_",
}  # fmt: skip


@dataclass
class Endpoint:
    """A URL of the shop that receives events. It has two secrets while one is being replaced."""

    url: str = ""
    secrets: list[str] = field(default_factory=list)
    enabled_events: list[str] = field(default_factory=lambda: ["*"])

    def wants(self, event: str) -> bool:
        return bool(self.url) and ("*" in self.enabled_events or event in self.enabled_events)


class StripeAccount(Account):
    def __init__(self, *, webhooks: Webhooks, base_url: str = "", **rest: Any) -> None:
        super().__init__(**rest)
        self.id = "acct_1" + random_text(15)
        self.other_mode_account: StripeAccount | None = None  # The account of the other mode.
        # The API's request that is being carried out, for the events that it causes.
        self.request: dict[str, str | None] = {}
        self.created = self.clock.timestamp()
        self.webhooks, self.base_url = webhooks, base_url
        self.endpoint = Endpoint(secrets=["whsec_" + random_text(32)])

    def new_id(self, kind: str) -> str:
        if kind == "checkout":
            return ("cs_live_" if self.livemode else "cs_test_") + "a1" + random_text(56)
        return _PREFIXES[kind] + random_text(23 if kind != "request" else 14)

    def announce(self, event: str, record: Any) -> None:
        self.lock.changed = True
        happened = Event(
            id=self.new_id("event"),
            created=self.clock.timestamp(),
            type=event,
            data=objects.write(self, record),
            request=self.request,
        )
        self.events[happened.id] = happened
        if not self.endpoint.wants(event):
            return
        body = json.dumps(objects.event(self, happened), indent=2).encode()
        checkout = checkout_of(record)
        behaviour = self.behaviour(checkout) if checkout else self.behaviours.of()
        forged = self._forged(body, event) if behaviour.events_forged else []
        self.webhooks.post(self._message(body, event, self.endpoint.secrets), behaviour, forged)

    def _forged(self, body: bytes, event: str) -> list[Message]:
        forged = json.loads(body)
        forged["id"] = self.new_id("event")
        if "payment_status" in forged["data"]["object"]:
            forged["data"]["object"]["payment_status"] = "paid"
        body = json.dumps(forged, indent=2).encode()
        return [
            self._message(body, f"forged {event}", ["whsec_" + random_text(32)]),
            self._message(body, f"old {event}", self.endpoint.secrets, old=True),
        ]

    def _message(self, body: bytes, label: str, secrets: list[str], old: bool = False) -> Message:
        return Message(
            url=self.endpoint.url,
            body=body,
            label=label,
            sign=partial(_headers, secrets, old),
        )


def _headers(secrets: list[str], old: bool, payload: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(payload, list(secrets), old),
    }


def checkout_of(record: Any) -> Checkout | None:
    """Return the checkout that a record belongs to, or None (payouts)."""
    if isinstance(record, Checkout):
        return record
    charge = getattr(record, "charge", None)
    return getattr(charge or record, "checkout", None)


def signature(payload: bytes, secrets: list[str], old: bool = False) -> str:
    """Return the header Stripe-Signature, made now or (`old`) an hour ago.

    The time is the system's, not the sandbox's: whoever verifies it has no other.
    Source: https://docs.stripe.com/webhooks/signature.
    """
    at = int(time.time()) - (3600 if old else 0)
    signed = f"{at}.".encode() + payload
    signatures = [hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in secrets]
    return ",".join([f"t={at}", *(f"v1={one}" for one in signatures)])
