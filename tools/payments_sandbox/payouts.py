"""Pay out to the merchant's bank what has become available, net of fees."""

from functools import partial

from .account import Account
from .records import Payout

DAY = 24 * 3600
# Seconds until the bank has the money.
ARRIVES_AFTER = 2 * DAY


def make_payouts(account: Account) -> list[Payout]:
    """Pay out what is available: one payout for each currency that has more than nothing."""
    with account.lock:
        now = account.clock.now()
        waiting = [
            each
            for each in account.unpaid_entries.values()
            if each.available_on <= now and each.kind != "payout"
        ]
        made = []
        for currency in sorted({each.currency for each in waiting}):
            entries = [each for each in waiting if each.currency == currency]
            amount = sum(each.net for each in entries)
            if amount <= 0:
                continue
            made.append(_make(account, currency, amount))
            for each in entries:
                each.payout = made[-1]
                made[-1].entries.append(each)
                account.unpaid_entries.pop(each.id)
        for payout in made:
            account.announce("payout.created", payout)
        return made


def make_payouts_daily(account: Account) -> None:
    """Make payouts now and every 24 hours, as long as the sandbox is told to."""
    account.at(account.clock.now() + DAY, partial(make_payouts_daily, account))
    if account.behaviours.default.payouts == "daily":
        make_payouts(account)


def settle_payout(account: Account, payout: Payout, *, succeeds: bool) -> None:
    """Let a payout arrive, or fail: then its money is in the next one. Does nothing twice."""
    with account.lock:
        if payout.status != "in_transit":
            return
        if succeeds:
            payout.status = "paid"
            account.announce("payout.paid", payout)
            return
        payout.status, payout.failure = "failed", "account_closed"
        payout.failure_entry = account.book(
            "payout_failure", payout.id, payout.amount, payout.currency
        )
        account.announce("payout.failed", payout)


def _make(account: Account, currency: str, amount: int) -> Payout:
    now = account.clock.timestamp()
    payout = Payout(
        id=account.new_id("payout"),
        created=now,
        amount=amount,
        currency=currency,
        arrival_date=now + ARRIVES_AFTER,
    )
    payout.entry = account.book("payout", payout.id, -amount, currency)
    payout.entry.payout = payout
    account.unpaid_entries.pop(payout.entry.id)
    account.payouts[payout.id] = payout
    account.at(payout.arrival_date, partial(_settle_when_due, account, payout))
    return payout


def _settle_when_due(account: Account, payout: Payout) -> None:
    settle_payout(account, payout, succeeds=not account.behaviours.default.payouts_fail)
