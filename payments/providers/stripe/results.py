"""What Stripe's objects say, in our terms, and amounts as Stripe takes them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from payments.models import Dispute, Payment, Refund
from payments.providers.base import DisputeResult, PaymentResult, RefundResult

# docs.stripe.com/currencies#zero-decimal. Stripe counts ISK and UGX with two decimals, although
# they have none.
ZERO_DECIMAL = {
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA",
    "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
}  # fmt: skip
REFUND_STATUS = {
    "pending": Refund.Status.SENT,
    "requires_action": Refund.Status.SENT,
    "succeeded": Refund.Status.SUCCEEDED,
    "failed": Refund.Status.FAILED,
    "canceled": Refund.Status.FAILED,
}
DISPUTE_STATUS = {
    "warning_needs_response": Dispute.Status.INQUIRY,
    "warning_under_review": Dispute.Status.INQUIRY,
    "warning_closed": Dispute.Status.CLOSED,
    "needs_response": Dispute.Status.OPEN,
    "appeal_needs_response": Dispute.Status.OPEN,
    "under_review": Dispute.Status.SUBMITTED,
    "appeal_under_review": Dispute.Status.SUBMITTED,
    "won": Dispute.Status.WON,
    "prevented": Dispute.Status.WON,
    "lost": Dispute.Status.LOST,
}
# While a dispute has one of these statuses, the bank has the money.
MONEY_TAKEN = {Dispute.Status.OPEN, Dispute.Status.SUBMITTED, Dispute.Status.LOST}


def payment_result(session: dict[str, Any]) -> PaymentResult:
    """Return the result of a Checkout session with its payment intent and latest charge."""
    intent = session["payment_intent"] or {}
    charge = intent.get("latest_charge") or {}
    details = charge.get("payment_method_details") or {}
    common = {
        "reference": intent.get("id", ""),
        "page": session["id"],
        "method": details.get("type") or "",
        "card": (details.get("card") or {}).get("last4") or "",
    }
    if session["status"] == "expired":
        return PaymentResult(status=Payment.Status.EXPIRED, **common)
    if session["status"] == "open":
        return PaymentResult(status=Payment.Status.OPEN, page=session["id"])
    if session["payment_status"] == "paid":
        currency = session["currency"].upper()
        return PaymentResult(
            status=Payment.Status.CAPTURED,
            amount=from_units(session["amount_total"], currency),
            currency=currency,
            **common,
        )
    if intent.get("status") in ("requires_payment_method", "canceled"):
        failure = (intent.get("last_payment_error") or {}).get("message") or ""
        return PaymentResult(status=Payment.Status.FAILED, failure=failure, **common)
    return PaymentResult(status=Payment.Status.PENDING, **common)


def refund_result(refund: Any) -> RefundResult:
    return RefundResult(
        reference=refund.id,
        status=REFUND_STATUS.get(refund.status or "succeeded", Refund.Status.SENT),
        amount=from_units(refund.amount, refund.currency.upper()),
        key=getattr(refund.metadata, "refund", ""),
        failure=getattr(refund, "failure_reason", "") or "",
    )


def dispute_result(dispute: Any) -> DisputeResult:
    status = DISPUTE_STATUS.get(dispute.status, Dispute.Status.OPEN)
    due_by = dispute.evidence_details.due_by if dispute.evidence_details else None
    return DisputeResult(
        reference=dispute.id,
        status=status,
        amount=from_units(dispute.amount, dispute.currency.upper()),
        reason=dispute.reason or "",
        takes_money=status in MONEY_TAKEN,
        act_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
    )


def to_units(amount: Decimal, currency: str) -> int:
    """Return the amount in the smallest unit: 4550 for EUR 45.50, 5000 for JPY 5000.

    Raises ValueError for an amount that is not a whole number of units.
    """
    units = amount / _unit(currency)
    if units != int(units):
        raise ValueError(f"{amount} {currency} has too many decimals.")
    return int(units)


def from_units(units: int, currency: str) -> Decimal:
    """Return an amount given in the smallest unit."""
    return (units * _unit(currency)).quantize(Decimal("0.01"))


def _unit(currency: str) -> Decimal:
    return Decimal(1) if currency.upper() in ZERO_DECIMAL else Decimal("0.01")
