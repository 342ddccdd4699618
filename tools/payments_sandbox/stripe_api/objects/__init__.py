"""Write records as the objects of Stripe's API, with IDs where it can expand."""

from typing import TYPE_CHECKING, Any

from ...records import BalanceEntry, Charge, Checkout, Dispute, Event, Intent, Payout, Refund
from . import checkout, money

if TYPE_CHECKING:
    from ..account import StripeAccount

API_VERSION = "2026-10-28.endive"


def write(account: "StripeAccount", record: Any) -> dict[str, Any]:
    """Return the record as an object of the API."""
    return _WRITERS[type(record)](account, record)


def event(account: "StripeAccount", record: Event) -> dict[str, Any]:
    return {
        "id": record.id,
        "object": "event",
        "api_version": API_VERSION,
        "created": record.created,
        "data": {"object": record.data},
        "livemode": account.livemode,
        "pending_webhooks": 1 if account.endpoint.wants(record.type) else 0,
        "request": record.request or {"id": None, "idempotency_key": None},
        "type": record.type,
    }


def merchant(account: "StripeAccount") -> dict[str, Any]:
    """Return the account itself."""
    return {
        "id": account.id,
        "object": "account",
        "business_profile": {"name": "Sandbox Box Office", "url": None},
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": "DE",
        "created": account.created,
        "default_currency": "eur",
        "details_submitted": True,
        "email": "box-office@example.org",
        "metadata": {},
        "payouts_enabled": True,
        "settings": {"dashboard": {"display_name": "Sandbox Box Office", "timezone": "Etc/UTC"}},
        "type": "standard",
    }


_WRITERS: dict[type, Any] = {
    Checkout: checkout.session,
    Intent: checkout.payment_intent,
    Charge: checkout.charge,
    Refund: money.refund,
    Dispute: money.dispute,
    BalanceEntry: money.balance_transaction,
    Payout: money.payout,
    Event: event,
}
