"""What a provider records. Amounts are integers in the currency's smallest unit, times in seconds.

Both providers share these records; `stripe_api` and `mollie_api` write them as their API does.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Checkout:
    """A hosted page on which a customer pays: Stripe's Checkout Session, Mollie's payment."""

    id: str
    created: int
    amount: int
    currency: str  # In capitals.
    description: str
    success_url: str
    cancel_url: str
    expires_at: int
    methods: list[str]
    reference: str = ""
    email: str = ""
    locale: str = ""
    # open, pending (Mollie, delayed), complete, expired, canceled, failed
    status: str = "open"
    paid: bool = False
    paid_at: int | None = None
    ended_at: int | None = None
    # What the request said besides, for the answers of the API.
    request: dict[str, Any] = field(default_factory=dict)
    intent: "Intent | None" = None
    # The customer has started a 3-D Secure step with this instrument.
    challenge: str = ""
    webhook_url: str = ""


@dataclass(eq=False)
class Intent:
    """Stripe's PaymentIntent: the attempts to pay for one checkout."""

    id: str
    created: int
    checkout: Checkout
    status: str = "requires_payment_method"
    charges: list["Charge"] = field(default_factory=list)
    canceled_at: int | None = None


@dataclass(eq=False)
class Charge:
    """One attempt to take money."""

    id: str
    created: int
    checkout: Checkout
    intent: Intent
    amount: int
    currency: str
    instrument: str
    status: str = "succeeded"  # or pending, failed
    failure: str = ""
    settle_at: float | None = None
    settle_to: str = ""
    entry: "BalanceEntry | None" = None
    refunds: list["Refund"] = field(default_factory=list)
    disputes: list["Dispute"] = field(default_factory=list)

    @property
    def refunded(self) -> int:
        return sum(r.amount for r in self.refunds if r.status not in ("failed", "canceled"))

    @property
    def disputed(self) -> bool:
        return bool(self.disputes)


@dataclass(eq=False)
class Refund:
    id: str
    created: int
    charge: Charge
    amount: int
    currency: str
    reason: str = ""
    description: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    status: str = "succeeded"  # or pending, failed, canceled
    failure: str = ""
    settle_at: float | None = None
    settle_to: str = ""
    entry: "BalanceEntry | None" = None
    failure_entry: "BalanceEntry | None" = None


@dataclass(eq=False)
class Dispute:
    """A chargeback: the customer's bank took the money back, for the time being."""

    id: str
    created: int
    charge: Charge
    amount: int
    currency: str
    reason: str
    due_by: int
    status: str = "needs_response"  # or under_review, won, lost
    closed_at: int | None = None
    entries: list["BalanceEntry"] = field(default_factory=list)


@dataclass(eq=False)
class BalanceEntry:
    """One line of the provider's account of our money. `net` is `amount` less `fee`."""

    id: str
    created: int
    kind: str  # charge, refund, refund_failure, dispute, dispute_reversal, payout, payout_failure
    amount: int
    fee: int
    currency: str
    source: str
    available_on: int
    description: str = ""
    payout: "Payout | None" = None

    @property
    def net(self) -> int:
        return self.amount - self.fee


@dataclass(eq=False)
class Payout:
    id: str
    created: int
    amount: int
    currency: str
    arrival_date: int
    status: str = "in_transit"  # or paid, failed
    failure: str = ""
    entry: BalanceEntry | None = None
    failure_entry: BalanceEntry | None = None
    entries: list[BalanceEntry] = field(default_factory=list)


@dataclass(eq=False)
class Event:
    """Something that happened, as it was at that moment."""

    id: str
    created: int
    type: str
    data: dict[str, Any]
    request: dict[str, Any] = field(default_factory=dict)
