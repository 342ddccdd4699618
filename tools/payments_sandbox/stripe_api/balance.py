"""Disputes, balance transactions, payouts, events and the account."""

from typing import Any

from ..disputes import answer_dispute, close_dispute
from . import objects
from .account import StripeAccount
from .errors import InvalidParameter, StripeError
from .find import find
from .lists import page
from .params import Params


def retrieve_account(account: StripeAccount, params: Params) -> dict[str, Any]:
    params.finish()
    return objects.merchant(account)


def list_balance_transactions(account: StripeAccount, params: Params) -> dict[str, Any]:
    payout, kind = params.text("payout"), params.text("type")
    source, currency = params.text("source"), params.text("currency").upper()
    if payout:
        of_payout = find(account, "payout", payout, param="payout")
        entries = sorted([*of_payout.entries, of_payout.entry], key=lambda each: each.created)
    else:
        entries = list(account.entries.values())
    found = [
        each
        for each in entries
        if (not source or each.source == source)
        and (not currency or each.currency == currency)
        and (not kind or objects.write(account, each)["type"] == kind)
    ]
    return page(account, params, found, "/v1/balance_transactions")


def retrieve_balance_transaction(account: StripeAccount, params: Params, id: str) -> dict[str, Any]:
    params.finish()
    return objects.write(account, find(account, "balance_transaction", id))


def list_payouts(account: StripeAccount, params: Params) -> dict[str, Any]:
    status = params.choice("status", ["pending", "paid", "failed", "canceled"])
    earliest, latest = params.between("arrival_date")
    found = [
        each
        for each in account.payouts.values()
        if (not status or each.status.replace("in_transit", "pending") == status)
        and earliest <= each.arrival_date <= latest
    ]
    return page(account, params, found, "/v1/payouts")


def retrieve_payout(account: StripeAccount, params: Params, id: str) -> dict[str, Any]:
    params.finish()
    return objects.write(account, find(account, "payout", id))


def list_disputes(account: StripeAccount, params: Params) -> dict[str, Any]:
    charge, intent = params.text("charge"), params.text("payment_intent")
    found = [
        each
        for each in account.disputes.values()
        if (not charge or each.charge.id == charge)
        and (not intent or each.charge.intent.id == intent)
    ]
    return page(account, params, found, "/v1/disputes")


def retrieve_dispute(account: StripeAccount, params: Params, id: str) -> dict[str, Any]:
    params.finish()
    return objects.write(account, find(account, "dispute", id))


def update_dispute(account: StripeAccount, params: Params, id: str) -> dict[str, Any]:
    """Take evidence; it counts as submitted unless `submit` is false."""
    dispute = find(account, "dispute", id)
    params.ignore("evidence", "metadata")
    submit = params.choice("submit", ["true", "false"]) != "false"
    params.finish()
    if dispute.status not in ("needs_response", "under_review"):
        raise StripeError("This dispute is already closed")
    if submit:
        answer_dispute(account, dispute)
    return objects.write(account, dispute)


def accept_dispute(account: StripeAccount, params: Params, id: str) -> dict[str, Any]:
    """Close the dispute: the merchant accepts that it is lost."""
    params.finish()
    dispute = find(account, "dispute", id)
    close_dispute(account, dispute, won=False)
    return objects.write(account, dispute)


def list_events(account: StripeAccount, params: Params) -> dict[str, Any]:
    kind, kinds = params.text("type"), params.texts("types")
    if kind and kinds:
        raise InvalidParameter("You may only specify one of these parameters: type, types.")
    wanted = [kind] if kind else kinds
    found = [
        each
        for each in account.events.values()
        if not wanted or any(_matches(each.type, pattern) for pattern in wanted)
    ]
    return page(account, params, found, "/v1/events")


def retrieve_event(account: StripeAccount, params: Params, id: str) -> dict[str, Any]:
    params.finish()
    return objects.write(account, find(account, "event", id))


def _matches(kind: str, pattern: str) -> bool:
    return kind.startswith(pattern[:-1]) if pattern.endswith("*") else kind == pattern
