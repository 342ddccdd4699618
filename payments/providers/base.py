"""What a payment provider has to offer."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True)
class PaymentResult:
    """What became of a payment, in the provider's books.

    `status` is a value of `Payment.Status`; `amount` and `currency` are what was really taken
    when it is captured. `reference` is the provider's own, `card` the last four digits of the card,
    `failure` its words for people.
    """

    status: str
    amount: Decimal | None = None
    currency: str = ""
    reference: str = ""
    card: str = ""
    failure: str = ""


@dataclass(frozen=True)
class Event:
    """A provider's notice that something happened to a payment, shown to be genuine."""

    event_id: str
    kind: str
    key: str
    body: dict = field(default_factory=dict)


class Provider(Protocol):
    """One way to collect money. None of these is called inside a transaction of ours.

    A provider identifies a payment by `payment.key` and a refund by `refund.key`, and treats
    the same key as the same thing, however often it is asked. Each raises ProviderUnavailable
    when it cannot say.
    """

    name: str

    def pay_url(self, payment) -> str:
        """Where the customer pays. Asked again, it leads to the same charge."""

    def fetch_status(self, payment) -> PaymentResult:
        """What its books say of the payment now."""

    def refund(self, refund) -> None:
        """Give the money back. Raises RefundRefused when asking again would not help."""

    def read_event(self, *, headers, body: bytes) -> Event:
        """The event in a webhook's request. Raises ForgedEvent unless it is genuine."""
