"""A Mollie account: its IDs, its keys, and webhooks that carry only the ID of a payment."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from ..account import Account, random_text
from ..records import Checkout
from ..webhooks import Message, Webhooks

_PREFIXES = {
    "checkout": ("tr_", 22),
    "intent": ("int_", 22),
    "charge": ("ch_", 22),
    "local_charge": ("ch_", 22),
    "refund": ("re_", 10),
    "local_refund": ("re_", 10),
    "dispute": ("chb_", 10),
    "entry": ("baltr_", 22),
    "payout": ("stl_", 10),
}
# What changes the status of a payment, or of its refunds and chargebacks, so that Mollie calls.
_ANNOUNCED = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment.canceled",
    "payment.failed",
    "refund.updated",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
}
# Ten attempts in 26 hours.
_RETRY_AFTER = (60, 120, 240, 480, 960, 1740, 3600, 7200, 14400, 64800)


class MollieAccount(Account):
    fee_percent = Decimal("1.8")
    fee_fixed = Decimal("0.25")
    refund_fee = Decimal("0.25")
    dispute_fee = Decimal(0)
    available_after = 24 * 3600
    one_attempt = True
    refund_delay = 2 * 3600

    def __init__(self, *, webhooks: Webhooks, base_url: str = "", **rest: Any) -> None:
        super().__init__(**rest)
        self.webhooks, self.base_url = webhooks, base_url
        mode = "live" if self.livemode else "test"
        self.mode = mode
        self.key = f"{mode}_{random_text(30)}"
        self.access_token = f"access_{random_text(30)}"
        self.profile_id = "pfl_" + random_text(10)
        self.organization_id = "org_12345678"
        self.balance_id = "bal_" + random_text(22)

    def new_id(self, kind: str) -> str:
        prefix, length = _PREFIXES[kind]
        return prefix + random_text(length)

    def announce(self, event: str, record: Any) -> None:
        self.lock.changed = True
        checkout = _checkout_of(record)
        if event not in _ANNOUNCED or checkout is None or not checkout.webhook_url:
            return
        if event == "checkout.session.completed" and not checkout.paid:
            return
        behaviour = self.behaviour(checkout)
        forged = self._message(checkout, self.new_id("checkout"), "forged call")
        self.webhooks.post(
            self._message(checkout, checkout.id, event),
            behaviour,
            [forged] if behaviour.events_forged else [],
        )

    def _message(self, checkout: Checkout, id: str, label: str) -> Message:
        return Message(
            url=checkout.webhook_url,
            body=urlencode({"id": id}).encode(),
            label=f"{label} {id}",
            sign=_headers,
            retry_after=_RETRY_AFTER,
        )


def _headers(_body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "Mollie HTTP client/1.0",
    }


def _checkout_of(record: Any) -> Checkout | None:
    if isinstance(record, Checkout):
        return record
    charge = getattr(record, "charge", record)
    return getattr(charge, "checkout", None)
