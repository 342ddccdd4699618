"""A merchant's account at a provider: all its records, and what is due later."""

import heapq
import secrets
import string
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from . import currencies
from .behaviours import BehaviourBook, Behaviours
from .records import BalanceEntry, Charge, Checkout, Dispute, Event, Intent, Payout, Refund
from .state import RecordsLock


class Clock:
    """Tell the sandbox's time in seconds since 1970. It only ever moves forward."""

    def __init__(self, behind: float = 0) -> None:
        self._advanced = -behind

    def now(self) -> float:
        return time.time() + self._advanced

    def timestamp(self) -> int:
        return int(self.now())

    def advance_to(self, when: float) -> None:
        """Advance to a time, unless it has passed."""
        self._advanced += max(0, when - self.now())


_LETTERS = string.ascii_letters + string.digits


class Account:
    """The records of one merchant in one mode. Every use holds `lock`, which all accounts share."""

    fee_percent = Decimal("1.5")
    fee_fixed = Decimal("0.25")
    refund_fee = Decimal(0)
    # Seconds that a refund is pending before it is carried out.
    refund_delay = 0
    dispute_fee = Decimal("20.00")
    # Whether a declined payment ends the checkout.
    one_attempt = False
    # Money of a charge can be paid out so many seconds later.
    available_after = 2 * 24 * 3600

    def __init__(
        self,
        *,
        clock: Clock,
        lock: RecordsLock,
        behaviours: BehaviourBook,
        livemode: bool = False,
    ) -> None:
        self.clock, self.lock, self.behaviours, self.livemode = clock, lock, behaviours, livemode
        self.checkouts: dict[str, Checkout] = {}
        self.by_reference: dict[str, Checkout] = {}
        self.intents: dict[str, Intent] = {}
        self.charges: dict[str, Charge] = {}
        self.refunds: dict[str, Refund] = {}
        self.disputes: dict[str, Dispute] = {}
        self.entries: dict[str, BalanceEntry] = {}
        # What no payout has contained yet.
        self.unpaid_entries: dict[str, BalanceEntry] = {}
        self.payouts: dict[str, Payout] = {}
        self.events: dict[str, Event] = {}
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0

    def announce(self, event: str, record: Any) -> None:
        """Tell the shop that something happened to a record. Providers differ in how."""
        raise NotImplementedError

    def new_id(self, kind: str) -> str:
        """Return an ID as the provider makes them."""
        raise NotImplementedError

    def behaviour(self, checkout: Checkout) -> Behaviours:
        return self.behaviours.of(checkout.reference, checkout.id)

    def add(self, checkout: Checkout) -> None:
        """Record a new checkout. A reference leads to the newest that has it."""
        self.lock.changed = True
        self.checkouts[checkout.id] = checkout
        if checkout.reference:
            self.by_reference[checkout.reference] = checkout

    def at(self, when: float, action: Callable[[], None]) -> None:
        """Run an action when the clock reaches `when`. It must check what still holds then.

        It is a function of a module, or a `partial` of one, so that it can be written to a file.
        """
        self.lock.changed = True
        self._number += 1
        heapq.heappush(self._due, (when, self._number, action))

    def next_due(self) -> float | None:
        """Return when something is due next."""
        with self.lock:
            return self._due[0][0] if self._due else None

    def run_due(self) -> None:
        """Do what is due by now, in order of time."""
        with self.lock:
            while self._due and self._due[0][0] <= self.clock.now():
                self.lock.changed = True
                heapq.heappop(self._due)[2]()

    def book(
        self, kind: str, source: str, amount: int, currency: str, fee: int = 0, wait: float = 0
    ) -> BalanceEntry:
        """Record a movement of our money at the provider."""
        self.lock.changed = True
        now = self.clock.timestamp()
        entry = BalanceEntry(
            id=self.new_id("entry"),
            created=now,
            kind=kind,
            amount=amount,
            fee=fee,
            currency=currency,
            source=source,
            available_on=int(now + wait),
        )
        self.entries[entry.id] = self.unpaid_entries[entry.id] = entry
        return entry

    def fee_of(self, amount: int, currency: str) -> int:
        """Return the provider's fee for a charge, in the smallest unit."""
        share = Decimal(amount) * self.fee_percent / 100
        return _rounded(share) + self.fixed(self.fee_fixed, currency)

    def fixed(self, fee: Decimal, currency: str) -> int:
        """Return a fee that does not depend on the amount, in the smallest unit."""
        return _rounded(fee.scaleb(currencies.decimals(currency)))


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def random_text(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _number in range(length))
