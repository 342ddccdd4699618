"""Write refunds, disputes, balance transactions and payouts as Stripe's objects."""

from typing import TYPE_CHECKING, Any

from ... import instruments
from ...records import BalanceEntry, Dispute, Payout, Refund

if TYPE_CHECKING:
    from ..account import StripeAccount

# The type and the reporting category of each kind of entry, and the type if a local method was
# used. Source: https://docs.stripe.com/reports/balance-transaction-types.
_KINDS = {
    "charge": ("charge", "charge", "payment"),
    "refund": ("refund", "refund", "payment_refund"),
    "refund_failure": ("refund_failure", "refund_failure", "payment_refund"),
    "dispute": ("adjustment", "dispute", "adjustment"),
    "dispute_reversal": ("adjustment", "dispute_reversal", "adjustment"),
    "payout": ("payout", "payout", "payout"),
    "payout_failure": ("payout_failure", "payout_reversal", "payout_failure"),
}


def refund(account: "StripeAccount", record: Refund) -> dict[str, Any]:
    method = instruments.ALL[record.charge.instrument].method
    details: dict[str, Any] = {}
    if method == "card":
        details = {
            "reference": None,
            "reference_status": "pending",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        }
    written = {
        "id": record.id,
        "object": "refund",
        "amount": record.amount,
        "balance_transaction": record.entry.id if record.entry else None,
        "charge": record.charge.id,
        "created": record.created,
        "currency": record.currency.lower(),
        "destination_details": {method: details, "type": method},
        "metadata": record.metadata,
        "payment_intent": record.charge.intent.id,
        "reason": record.reason or None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": record.status,
        "transfer_reversal": None,
    }
    if record.failure_entry:
        written["failure_reason"] = record.failure
        written["failure_balance_transaction"] = record.failure_entry.id
    if record.status == "pending":
        written["pending_reason"] = "processing"
    return written


def dispute(account: "StripeAccount", record: Dispute) -> dict[str, Any]:
    method = instruments.ALL[record.charge.instrument].method
    return {
        "id": record.id,
        "object": "dispute",
        "amount": record.amount,
        "balance_transactions": [balance_transaction(account, each) for each in record.entries],
        "charge": record.charge.id,
        "created": record.created,
        "currency": record.currency.lower(),
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": record.due_by,
            "enhanced_eligibility": {},
            "has_evidence": record.status != "needs_response",
            "past_due": record.due_by <= account.clock.now(),
            "submission_count": 0 if record.status == "needs_response" else 1,
        },
        "is_charge_refundable": False,
        "livemode": account.livemode,
        "metadata": {},
        "payment_intent": record.charge.intent.id,
        "payment_method_details": {
            method: {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"}
            if method == "card"
            else {},
            "type": method,
        },
        "reason": record.reason,
        "status": record.status,
    }


def balance_transaction(account: "StripeAccount", entry: BalanceEntry) -> dict[str, Any]:
    kind, category, local_kind = _KINDS[entry.kind]
    fee = {
        "amount": entry.fee,
        "application": None,
        "currency": entry.currency.lower(),
        "description": "Dispute fee" if entry.kind == "dispute" else "Stripe processing fees",
        "type": "stripe_fee",
    }
    return {
        "id": entry.id,
        "object": "balance_transaction",
        "amount": entry.amount,
        "available_on": entry.available_on,
        "balance_type": "payments",
        "created": entry.created,
        "currency": entry.currency.lower(),
        "description": entry.description or None,
        "exchange_rate": None,
        "fee": entry.fee,
        "fee_details": [fee] if entry.fee else [],
        "net": entry.net,
        "reporting_category": category,
        "source": entry.source,
        "status": "available" if entry.available_on <= account.clock.now() else "pending",
        "type": local_kind if entry.source.startswith(("py_", "pyr_")) else kind,
    }


def payout(account: "StripeAccount", record: Payout) -> dict[str, Any]:
    failed = record.status == "failed"
    return {
        "id": record.id,
        "object": "payout",
        "amount": record.amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": record.arrival_date,
        "automatic": True,
        "balance_transaction": record.entry.id if record.entry else None,
        "created": record.created,
        "currency": record.currency.lower(),
        "description": "STRIPE PAYOUT",
        "destination": "ba_1sandbox",
        "failure_balance_transaction": record.failure_entry.id if record.failure_entry else None,
        "failure_code": record.failure or None,
        "failure_message": "The bank account has been closed" if failed else None,
        "livemode": account.livemode,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": record.status,
        "trace_id": {"status": "supported", "value": f"SANDBOX{record.id[-8:].upper()}"}
        if record.status == "paid"
        else {"status": "pending", "value": None},
        "type": "bank_account",
    }
