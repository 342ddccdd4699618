"""Write settlements, balances and their transactions as Mollie's objects."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from .. import currencies, instruments
from ..records import BalanceEntry, Payout
from .account import MollieAccount
from .objects import METHODS, amount, api_link, links_of, moment

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
        "_links": links_of(account, f"balances/{account.balance_id}"),
    }


def reference(account: MollieAccount, payout: Payout) -> str:
    """Return the reference on the bank statement: the month, and a number within it."""
    month = _month(payout)
    before = [each for each in account.payouts.values() if _month(each) == month]
    return f"1234567.{month}.{before.index(payout) + 1:02}"


def _settlement(
    account: MollieAccount, id: str, total: int, currency: str, entries: list[BalanceEntry]
) -> dict[str, Any]:
    links = links_of(account, f"settlements/{id}")
    for name in ("payments", "refunds", "chargebacks"):
        links[name] = api_link(account, f"settlements/{id}/{name}")
    return {
        "resource": "settlement",
        "id": id,
        "amount": amount(total, currency),
        "balanceId": account.balance_id,
        "periods": _periods(account, entries, currency),
        "_links": links,
    }


def _periods(account: MollieAccount, entries: list[BalanceEntry], currency: str) -> dict[str, Any]:
    """Return what was earned and what it cost by month and by method."""
    months: dict[tuple[str, str], dict[str, list[BalanceEntry]]] = {}
    for entry in entries:
        made = datetime.fromtimestamp(entry.created, UTC)
        methods = months.setdefault((f"{made:%Y}", f"{made:%m}"), defaultdict(list))
        methods[_method(account, entry)].append(entry)
    periods: dict[str, Any] = {}
    for (year, month), methods in months.items():
        revenue, costs = [], []
        for method, same in methods.items():
            total, fee = sum(e.amount for e in same), sum(e.fee for e in same)
            revenue.append(_line(method, len(same), total, currency))
            if fee:
                rate = {"rate": _rate(account, method, currency)}
                costs.append(_line(method, len(same), fee, currency) | rate)
        periods.setdefault(year, {})[month] = {"revenue": revenue, "costs": costs}
    return periods


def _method(account: MollieAccount, entry: BalanceEntry) -> str:
    if entry.source in account.charges:
        method = instruments.ALL[account.charges[entry.source].instrument].method
        return METHODS.get(method, method)
    if entry.source in account.payouts:
        return ""  # A settlement that came back.
    return "refund" if entry.source in account.refunds else "chargeback"


def _rate(account: MollieAccount, method: str, currency: str) -> dict[str, Any]:
    is_payment = method != "refund"
    fixed = account.fee_fixed if is_payment else account.refund_fee
    return {
        "fixed": {"currency": currency, "value": f"{fixed:.4f}"},
        "percentage": str(account.fee_percent) if is_payment else None,
    }


def _line(method: str, count: int, total: int, currency: str) -> dict[str, Any]:
    exact = {"currency": currency, "value": f"{currencies.as_decimal(total, currency):.4f}"}
    return {
        "description": method.capitalize(),
        "method": method or None,
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


def _month(payout: Payout) -> str:
    return f"{datetime.fromtimestamp(payout.created, UTC):%y%m}"
