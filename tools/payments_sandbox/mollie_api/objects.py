"""Write records as the objects of Mollie's API."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from .. import currencies, instruments
from ..records import BalanceEntry, Charge, Checkout, Dispute, Payout, Refund
from .account import MollieAccount

METHODS = {"card": "creditcard", "sepa_debit": "directdebit"}
_REFUND_STATUS = {"succeeded": "refunded"}
_SETTLEMENT_STATUS = {"in_transit": "pending", "paid": "paidout", "failed": "failed"}
_ENTRY_KINDS = {
    "charge": "payment",
    "refund": "refund",
    "refund_failure": "returned-refund",
    "dispute": "chargeback",
    "dispute_reversal": "chargeback-reversal",
    "payout": "outgoing-transfer",
    "payout_failure": "returned-transfer",
}


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
            links["settlement"] = _api(account, f"settlements/{charge.entry.payout.id}")
        written["details"] = _details(charge)
    if status in ("expired", "canceled", "failed"):
        written[f"{status}At"] = moment(checkout.ended_at or 0)
    if charge and charge.refunds:
        links["refunds"] = _api(account, f"payments/{checkout.id}/refunds")
    if charge and charge.disputes:
        links["chargebacks"] = _api(account, f"payments/{checkout.id}/chargebacks")
    return written | {"_links": _links(account, f"payments/{checkout.id}") | links}


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
    links = {"payment": _api(account, f"payments/{checkout.id}")}
    if record.entry and record.entry.payout:
        written["settlementId"] = record.entry.payout.id
        links["settlement"] = _api(account, f"settlements/{record.entry.payout.id}")
    own = _links(account, f"payments/{checkout.id}/refunds/{record.id}")
    return written | {"_links": own | links}


def chargeback(account: MollieAccount, record: Dispute) -> dict[str, Any]:
    checkout = record.charge.checkout
    links = {"payment": _api(account, f"payments/{checkout.id}")}
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
        links["settlement"] = _api(account, f"settlements/{record.entries[0].payout.id}")
    own = _links(account, f"payments/{checkout.id}/chargebacks/{record.id}")
    return written | {"_links": own | links}


def settlement(account: MollieAccount, record: Payout) -> dict[str, Any]:
    written = _settlement(account, record.id, record.amount, record.currency, record.entries)
    return written | {
        "reference": reference(account, record),
        "createdAt": moment(record.created),
        "settledAt": moment(record.arrival_date) if record.status == "paid" else None,
        "status": _SETTLEMENT_STATUS[record.status],
    }


def open_settlement(account: MollieAccount, currency: str = "EUR") -> dict[str, Any]:
    """Return what no settlement has contained yet, as a settlement that is open."""
    entries = [e for e in account.unpaid_entries.values() if e.currency == currency]
    total = sum(each.net for each in entries)
    written = _settlement(account, "open", total, currency, entries)
    return written | {"reference": None, "settledAt": None, "status": "open"}


def balance_transaction(account: MollieAccount, entry: BalanceEntry) -> dict[str, Any]:
    fee = amount(-entry.fee, entry.currency) if entry.fee else None
    return {
        "resource": "balance-transaction",
        "id": entry.id,
        "type": _ENTRY_KINDS[entry.kind],
        "resultAmount": amount(entry.net, entry.currency),
        "initialAmount": amount(entry.amount, entry.currency),
        "deductions": fee,
        "deductionDetails": {"fees": fee} if fee else None,
        "createdAt": moment(entry.created),
        "context": _context(account, entry),
    }


def balance(account: MollieAccount, currency: str = "EUR") -> dict[str, Any]:
    now = account.clock.now()
    entries = [e for e in account.unpaid_entries.values() if e.currency == currency]
    available = sum(e.net for e in entries if e.available_on <= now)
    pending = sum(e.net for e in entries if e.available_on > now)
    return {
        "resource": "balance",
        "id": account.balance_id,
        "mode": account.mode,
        "createdAt": moment(0),
        "currency": currency,
        "description": "Primary balance",
        "status": "active",
        "transferFrequency": "daily",
        "transferReference": None,
        "availableAmount": amount(available, currency),
        "pendingAmount": amount(pending, currency),
        "_links": _links(account, f"balances/{account.balance_id}"),
    }


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
        "_links": _links(account, "profiles/me"),
    }


def reference(account: MollieAccount, payout: Payout) -> str:
    """Return the reference on the bank statement: the month, and a number within it."""
    month = _month(payout)
    before = [each for each in account.payouts.values() if _month(each) == month]
    return f"1234567.{month}.{before.index(payout) + 1:02}"


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


def _month(payout: Payout) -> str:
    return f"{datetime.fromtimestamp(payout.created, UTC):%y%m}"


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


def _settlement(
    account: MollieAccount, id: str, total: int, currency: str, entries: list[BalanceEntry]
) -> dict[str, Any]:
    links = _links(account, f"settlements/{id}")
    for name in ("payments", "refunds", "chargebacks"):
        links[name] = _api(account, f"settlements/{id}/{name}")
    return {
        "resource": "settlement",
        "id": id,
        "amount": amount(total, currency),
        "balanceId": account.balance_id,
        "periods": _periods(entries, currency),
        "_links": links,
    }


def _periods(entries: list[BalanceEntry], currency: str) -> dict[str, Any]:
    """Return what was earned and what it cost by month and by kind of entry."""
    months: dict[tuple[str, str], dict[str, list[BalanceEntry]]] = {}
    for entry in entries:
        made = datetime.fromtimestamp(entry.created, UTC)
        kinds = months.setdefault((f"{made:%Y}", f"{made:%m}"), defaultdict(list))
        kinds[_ENTRY_KINDS[entry.kind]].append(entry)
    periods: dict[str, Any] = {}
    for (year, month), kinds in months.items():
        revenue, costs = [], []
        for kind, same in kinds.items():
            net, fee = sum(e.amount for e in same), sum(e.fee for e in same)
            revenue.append(_line(kind, len(same), net, currency))
            if fee:
                costs.append(_line(kind, len(same), fee, currency))
        periods.setdefault(year, {})[month] = {"revenue": revenue, "costs": costs}
    return periods


def _line(kind: str, count: int, total: int, currency: str) -> dict[str, Any]:
    exact = {"currency": currency, "value": f"{currencies.as_decimal(total, currency):.4f}"}
    return {
        "description": kind.capitalize(),
        "method": kind,
        "count": count,
        "amountNet": exact,
        "amountVat": None,
        "amountGross": exact,
    }


def _context(account: MollieAccount, entry: BalanceEntry) -> dict[str, str]:
    if entry.source in account.charges:
        return {"paymentId": account.charges[entry.source].checkout.id}
    if entry.source in account.refunds:
        payment_id = account.refunds[entry.source].charge.checkout.id
        return {"paymentId": payment_id, "refundId": entry.source}
    if entry.source in account.disputes:
        payment_id = account.disputes[entry.source].charge.checkout.id
        return {"paymentId": payment_id, "chargebackId": entry.source}
    return {"settlementId": entry.source, "transferId": "trf_" + entry.source[4:]}


def _links(account: MollieAccount, path: str) -> dict[str, Any]:
    return {
        "self": _api(account, path),
        "documentation": _link("https://docs.mollie.com/reference", "text/html"),
    }


def _api(account: MollieAccount, path: str) -> dict[str, str]:
    return _link(f"{account.base_url}/v2/{path}", "application/hal+json")


def _link(href: str, type: str) -> dict[str, str]:
    return {"href": href, "type": type}
