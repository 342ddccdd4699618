"""Give money back: by the API, or in the provider's dashboard."""

from functools import partial
from typing import Any

from . import currencies
from .account import Account
from .instruments import ALL
from .records import Charge, Refund


class RefundRefused(Exception):
    """The provider does not make this refund. `code` is Stripe's code of the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def refund(
    account: Account,
    charge: Charge,
    amount: int | None = None,
    *,
    reason: str = "",
    description: str = "",
    metadata: dict[str, Any] | None = None,
) -> Refund:
    """Refund `amount` in the smallest unit, or all that is left. Raises RefundRefused."""
    with account.lock:
        account.run_due()
        left = charge.amount - charge.refunded
        _require_refundable(account, charge, left if amount is None else amount, left)
        record = Refund(
            id=account.new_id(
                "refund" if ALL[charge.instrument].method == "card" else "local_refund"
            ),
            created=account.clock.timestamp(),
            charge=charge,
            amount=left if amount is None else amount,
            currency=charge.currency,
            reason=reason,
            description=description,
            metadata=metadata or {},
        )
        fee = account.fixed(account.refund_fee, record.currency)
        record.entry = account.book("refund", record.id, -record.amount, record.currency, fee)
        charge.refunds.append(record)
        account.refunds[record.id] = record
        _begin(account, record)
        return record


def settle_refund(account: Account, record: Refund, *, succeeds: bool) -> None:
    """Settle a pending refund, or let one fail that had succeeded, as banks do days later."""
    with account.lock:
        if record.status not in ("pending", "succeeded") or (
            succeeds and record.status == "succeeded"
        ):
            return
        if succeeds:
            record.status = "succeeded"
            account.announce("refund.updated", record)
            return
        record.status, record.failure = "failed", "expired_or_canceled_card"
        record.failure_entry = account.book(
            "refund_failure", record.id, record.amount, record.currency
        )
        account.announce("refund.updated", record)
        account.announce("refund.failed", record)


def cancel_refund(account: Account, record: Refund) -> None:
    """Cancel a refund that is pending. Does nothing to one that is not."""
    with account.lock:
        if record.status != "pending":
            return
        record.status = "canceled"
        fee = record.entry.fee if record.entry else 0
        record.failure_entry = account.book(
            "refund_failure", record.id, record.amount, record.currency, -fee
        )
        account.announce("refund.updated", record)


def _require_refundable(account: Account, charge: Charge, amount: int, left: int) -> None:
    if account.behaviour(charge.checkout).refunds == "refuse":
        raise RefundRefused("refund_disputed_payment", "The sandbox was told to refuse refunds.")
    if charge.status != "succeeded":
        raise RefundRefused("charge_not_refundable", f"Charge {charge.id} has no money to refund.")
    if any(d.status != "won" for d in charge.disputes):
        raise RefundRefused(
            "charge_disputed",
            f"Charge {charge.id} has been charged back; cannot issue a refund.",
        )
    if left <= 0:
        raise RefundRefused(
            "charge_already_refunded", f"Charge {charge.id} has already been refunded."
        )
    if amount > left:
        raise RefundRefused(
            "amount_too_large",
            f"Refund amount ({currencies.written(amount, charge.currency)}) is greater than "
            f"unrefunded amount on charge ({currencies.written(left, charge.currency)})",
        )


def _begin(account: Account, record: Refund) -> None:
    behaviour = account.behaviour(record.charge.checkout)
    waits = behaviour.refunds in ("pending", "fail")
    delay = behaviour.refund_after if waits else account.refund_delay
    if delay:
        record.status = "pending"
        succeeds = behaviour.refunds != "fail"
        account.at(
            account.clock.now() + delay,
            partial(settle_refund, account, record, succeeds=succeeds),
        )
    account.announce("refund.created", record)
    account.announce("charge.refunded", record.charge)
