"""Stripe's payouts, with the balance transactions that each consists of."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

import stripe

from payments.models import Payout, PayoutLine
from payments.providers.base import PayoutLineResult, PayoutResult

from .client import call
from .results import from_units

STATUS = {
    "paid": Payout.Status.PAID,
    "failed": Payout.Status.FAILED,
    "canceled": Payout.Status.FAILED,
}
# By `reporting_category` (docs.stripe.com/reports/reporting-categories).
KIND = {
    "charge": PayoutLine.Kind.PAYMENT,
    "charge_failure": PayoutLine.Kind.PAYMENT,
    "refund": PayoutLine.Kind.REFUND,
    "partial_capture_reversal": PayoutLine.Kind.REFUND,
    "refund_failure": PayoutLine.Kind.REFUND,
    "dispute": PayoutLine.Kind.DISPUTE,
    "dispute_reversal": PayoutLine.Kind.DISPUTE,
    "fee": PayoutLine.Kind.FEE,
    "network_cost": PayoutLine.Kind.FEE,
    "tax": PayoutLine.Kind.FEE,
    "payout_reversal": PayoutLine.Kind.RETURNED,
}


def fetch_payouts(
    client: stripe.StripeClient, since: datetime, without_lines: Collection[str]
) -> Iterator[PayoutResult]:
    """Yield the payouts made since then, the newest first; see `Provider.fetch_payouts`."""
    params: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
    for payout in call(lambda: list(client.v1.payouts.list(params).auto_paging_iter())):
        yield _result(client, payout, lists_lines=payout.id not in without_lines)


def _result(client: stripe.StripeClient, payout: Any, *, lists_lines: bool) -> PayoutResult:
    currency = payout.currency.upper()
    return PayoutResult(
        reference=payout.id,
        status=STATUS.get(payout.status, Payout.Status.PENDING),
        amount=from_units(payout.amount, currency),
        currency=currency,
        created_at=_time(payout.created),
        arrives_on=_time(payout.arrival_date).date(),
        bank_reference=_bank_reference(payout),
        lines=_lines(client, payout, currency) if lists_lines and _lists_lines(payout) else None,
    )


def _bank_reference(payout: Any) -> str:
    """Return the bank's trace ID, once it is known, or what was to be written on the statement."""
    trace = payout.trace_id.value if payout.trace_id else None
    return (trace or payout.statement_descriptor or "")[:100]


def _lists_lines(payout: Any) -> bool:
    """Return whether Stripe knows what the payout consists of; a manual one it never does."""
    return bool(payout.automatic) and payout.reconciliation_status != "in_progress"


def _lines(client: stripe.StripeClient, payout: Any, currency: str) -> list[PayoutLineResult]:
    params: Any = {"payout": payout.id, "limit": 100, "expand": ["data.source"]}
    listing = client.v1.balance_transactions.list
    movements = call(lambda: list(listing(params).auto_paging_iter()))
    # The payout itself is one of its movements.
    return [_line(one, currency) for one in movements if one.type != "payout"]


def _line(movement: Any, currency: str) -> PayoutLineResult:
    source = movement.source
    name = source.object if source is not None and not isinstance(source, str) else ""
    return PayoutLineResult(
        reference=movement.id,
        kind=KIND.get(movement.reporting_category, PayoutLine.Kind.OTHER),
        gross=from_units(movement.amount, currency),
        fee=from_units(movement.fee, currency),
        net=from_units(movement.net, currency),
        created_at=_time(movement.created),
        payment=_id(source.payment_intent) if name in ("charge", "refund", "dispute") else "",
        refund=source.id if name == "refund" else "",
        dispute=source.id if name == "dispute" else "",
        returned_payout=source.id if name == "payout" else "",
        description=(movement.description or "")[:200],
    )


def _id(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else value.id


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
