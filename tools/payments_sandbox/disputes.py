"""Disputes (Mollie: chargebacks): a customer's bank takes the money back."""

from functools import partial

from .account import Account
from .records import Charge, Dispute

# Days to answer a dispute.
ANSWER_WITHIN = 14 * 24 * 3600
OPEN = ("needs_response", "under_review")


class DisputeRefused(Exception):
    """The charge cannot be disputed."""


def open_dispute(
    account: Account, charge: Charge, amount: int | None = None, reason: str = "fraudulent"
) -> Dispute:
    """Dispute `amount` in the smallest unit, or what is not refunded. Raises DisputeRefused."""
    with account.lock:
        left = charge.amount - charge.refunded
        amount = left if amount is None else amount
        if charge.status != "succeeded" or not 0 < amount <= left:
            raise DisputeRefused(f"Charge {charge.id} has no such money to dispute.")
        if any(each.status in OPEN for each in charge.disputes):
            raise DisputeRefused(f"Charge {charge.id} is in dispute already.")
        now = account.clock.timestamp()
        record = Dispute(
            id=account.new_id("dispute"),
            created=now,
            charge=charge,
            amount=amount,
            currency=charge.currency,
            reason=reason,
            due_by=now + ANSWER_WITHIN,
        )
        record.entries.append(
            account.book(
                "dispute",
                record.id,
                -amount,
                charge.currency,
                account.fixed(account.dispute_fee, charge.currency),
            )
        )
        charge.disputes.append(record)
        account.disputes[record.id] = record
        account.announce("charge.dispute.created", record)
        account.announce("charge.dispute.funds_withdrawn", record)
        account.at(
            record.due_by, partial(close_dispute, account, record, won=False, unanswered=True)
        )
        return record


def answer_dispute(account: Account, record: Dispute) -> None:
    """Record that evidence was submitted. Does nothing to a dispute that is not open."""
    with account.lock:
        if record.status in OPEN:
            record.status = "under_review"
            account.announce("charge.dispute.updated", record)


def close_dispute(
    account: Account, record: Dispute, *, won: bool, unanswered: bool = False
) -> None:
    """Decide a dispute. `unanswered` leaves one alone for which evidence was submitted."""
    with account.lock:
        if record.status not in OPEN or (unanswered and record.status != "needs_response"):
            return
        record.status = "won" if won else "lost"
        record.closed_at = account.clock.timestamp()
        if won:
            record.entries.append(
                account.book("dispute_reversal", record.id, record.amount, record.currency)
            )
            account.announce("charge.dispute.funds_reinstated", record)
        account.announce("charge.dispute.closed", record)
