"""The interface of payment providers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from payments.models import Payment, Refund


@dataclass(frozen=True)
class PaymentResult:
    """The status of a payment in the provider's records.

    `status` is a value of `Payment.Status`; `amount` and `currency` are what was charged, set when
    it is captured. `reference` is the provider's own ID, `card` the last four digits of the card,
    `failure` a message for customer and staff.
    """

    status: str
    amount: Decimal | None = None
    currency: str = ""
    reference: str = ""
    card: str = ""
    failure: str = ""


@dataclass(frozen=True)
class Event:
    """A verified event from a provider's webhook, about the payment that has `key`."""

    event_id: str
    kind: str
    key: str
    body: dict[str, Any] = field(default_factory=dict)


class Provider(Protocol):
    """A payment provider. Its methods are never called inside a database transaction.

    A provider identifies a payment by `payment.key` and a refund by `refund.key`; calls with the
    same key are about the same object, however often they are repeated. Each method raises
    ProviderUnavailable when the provider does not answer.
    """

    name: str

    def pay_url(self, payment: "Payment") -> str:
        """Return where the customer pays. Repeated calls lead to the same charge."""

    def fetch_status(self, payment: "Payment") -> PaymentResult:
        """Return the payment's current status."""

    def refund(self, refund: "Refund") -> None:
        """Refund the money. Raises RefundRefused when a further attempt would not help."""

    def read_event(self, *, headers: Mapping[str, str], body: bytes) -> Event:
        """Return the event of a webhook request. Raises InvalidEvent unless it is genuine."""
