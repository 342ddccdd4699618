"""Write records as the objects of Mollie's API."""

from datetime import UTC, datetime
from typing import Any

from .. import currencies, instruments
from ..records import Charge, Checkout, Dispute, Refund
from .account import MollieAccount

METHODS = {"card": "creditcard", "sepa_debit": "directdebit"}
_REFUND_STATUS = {"succeeded": "refunded"}


def payment(account: MollieAccount, checkout: Checkout) -> dict[str, Any]:
    charge = last_charge(checkout)
    status = status_of(checkout)
    written: dict[str, Any] = {
        "resource": "payment",
        "id": checkout.id,
        "mode": account.mode,
        "createdAt": moment(checkout.created),
        "amount": amount(checkout.amount, checkout.currency),
        "description": checkout.description,
        "method": _method(checkout),
        "metadata": checkout.request.get("metadata"),
        "status": status,
        "profileId": account.profile_id,
        "sequenceType": "oneoff",
        "redirectUrl": checkout.success_url,
    }
    optional = {
        "cancelUrl": checkout.cancel_url,
        "webhookUrl": checkout.webhook_url,
        "locale": checkout.locale,
    }
    written |= {name: value for name, value in optional.items() if value}
    links = {"dashboard": _link(f"{account.base_url}/", "text/html")}
    if status in ("open", "pending"):
        written["isCancelable"] = is_cancelable(checkout)
    if status == "open":
        written["expiresAt"] = moment(checkout.expires_at)
        links["checkout"] = _link(f"{account.base_url}/checkout/{checkout.id}", "text/html")
    if status == "paid" and charge:
        written |= _money(charge)
        written["paidAt"] = moment(checkout.paid_at or 0)
        if charge.entry and charge.entry.payout:
            written["settlementId"] = charge.entry.payout.id
            links["settlement"] = api_link(account, f"settlements/{charge.entry.payout.id}")
        written["details"] = _details(charge)
    if status in ("expired", "canceled", "failed"):
        written[f"{status}At"] = moment(checkout.ended_at or 0)
    if charge and charge.refunds:
        links["refunds"] = api_link(account, f"payments/{checkout.id}/refunds")
    if charge and charge.disputes:
        links["chargebacks"] = api_link(account, f"payments/{checkout.id}/chargebacks")
    return written | {"_links": links_of(account, f"payments/{checkout.id}") | links}


def refund(account: MollieAccount, record: Refund) -> dict[str, Any]:
    checkout = record.charge.checkout
    written = {
        "resource": "refund",
        "id": record.id,
        "mode": account.mode,
        "amount": amount(record.amount, record.currency),
        "status": _REFUND_STATUS.get(record.status, record.status),
        "createdAt": moment(record.created),
        "description": record.description,
        "metadata": record.metadata or None,
        "paymentId": checkout.id,
        "settlementAmount": amount(-record.amount, record.currency),
    }
    links = {"payment": api_link(account, f"payments/{checkout.id}")}
    if record.entry and record.entry.payout:
        written["settlementId"] = record.entry.payout.id
        links["settlement"] = api_link(account, f"settlements/{record.entry.payout.id}")
    own = links_of(account, f"payments/{checkout.id}/refunds/{record.id}")
    return written | {"_links": own | links}


def chargeback(account: MollieAccount, record: Dispute) -> dict[str, Any]:
    checkout = record.charge.checkout
    links = {"payment": api_link(account, f"payments/{checkout.id}")}
    written = {
        "resource": "chargeback",
        "id": record.id,
        "amount": amount(record.amount, record.currency),
        "settlementAmount": amount(-record.amount, record.currency),
        "createdAt": moment(record.created),
        "reason": None,
        "paymentId": checkout.id,
        "reversedAt": moment(record.closed_at or 0) if record.status == "won" else None,
    }
    if record.entries[0].payout:
        written["settlementId"] = record.entries[0].payout.id
        links["settlement"] = api_link(account, f"settlements/{record.entries[0].payout.id}")
    own = links_of(account, f"payments/{checkout.id}/chargebacks/{record.id}")
    return written | {"_links": own | links}


def profile(account: MollieAccount) -> dict[str, Any]:
    return {
        "resource": "profile",
        "id": account.profile_id,
        "mode": account.mode,
        "name": "Sandbox Box Office",
        "website": "https://box-office.example.org",
        "email": "box-office@example.org",
        "phone": "+31000000000",
        "businessCategory": "TICKETS",
        "status": "verified",
        "createdAt": moment(0),
        "_links": links_of(account, "profiles/me"),
    }


def status_of(checkout: Checkout) -> str:
    """Return the payment's status as Mollie has it."""
    if checkout.paid:
        return "paid"
    if checkout.status != "complete":
        return checkout.status
    charge = last_charge(checkout)
    transfer = charge is not None and charge.instrument.startswith("transfer")
    if charge and charge.status == "failed":
        return "expired" if transfer else "failed"
    return "open" if transfer else "pending"


def is_cancelable(checkout: Checkout) -> bool:
    """Return whether the shop can cancel the payment: a bank transfer that has not arrived."""
    return status_of(checkout) == "open" and _method(checkout) == "banktransfer"


def last_charge(checkout: Checkout) -> Charge | None:
    return checkout.intent.charges[-1] if checkout.intent and checkout.intent.charges else None


def amount(units: int, currency: str) -> dict[str, str]:
    return {"value": f"{currencies.as_decimal(units, currency):f}", "currency": currency}


def moment(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _method(checkout: Checkout) -> str | None:
    charge = last_charge(checkout)
    if charge:
        method = instruments.ALL[charge.instrument].method
    elif len(checkout.methods) == 1:
        method = checkout.methods[0]
    else:
        return None
    return METHODS.get(method, method)


def _money(charge: Charge) -> dict[str, Any]:
    disputed = sum(each.amount for each in charge.disputes if each.status != "won")
    left = charge.amount - charge.refunded - disputed
    written = {
        "amountRefunded": amount(charge.refunded, charge.currency),
        "amountRemaining": amount(max(left, 0), charge.currency),
        "settlementAmount": amount(charge.amount, charge.currency),
    }
    if disputed:
        written["amountChargedBack"] = amount(disputed, charge.currency)
    return written


def _details(charge: Charge) -> dict[str, Any]:
    instrument = instruments.ALL[charge.instrument]
    if instrument.method == "card":
        return {
            "cardNumber": instrument.last4,
            "cardHolder": "Sandbox Customer",
            "cardLabel": "Visa",
            "cardSecurity": "3dsecure" if instrument.three_d_secure else "normal",
            "feeRegion": "intra-eu-cards",
        }
    return {"consumerName": "Sandbox Customer", "consumerAccount": "NL55INGB0000000000"}


def links_of(account: MollieAccount, path: str) -> dict[str, Any]:
    return {
        "self": api_link(account, path),
        "documentation": _link("https://docs.mollie.com/reference", "text/html"),
    }


def api_link(account: MollieAccount, path: str) -> dict[str, str]:
    return _link(f"{account.base_url}/v2/{path}", "application/hal+json")


def _link(href: str, type: str) -> dict[str, str]:
    return {"href": href, "type": type}
