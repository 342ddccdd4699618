"""The interface of payment providers."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from payments.credentials import Credentials
    from payments.models import Payment, Refund


@dataclass(frozen=True)
class PaymentMethod:
    """A way to pay on a provider's page, by the provider's name of it and the one that people read.

    Without `currencies` it takes all.
    """

    name: str
    title: Any
    currencies: frozenset[str] = frozenset()

    def takes(self, currency: str) -> bool:
        return not self.currencies or currency in self.currencies


def in_currencies(codes: str) -> frozenset[str]:
    """Return the currencies in "EUR PLN"."""
    return frozenset(codes.split())


@dataclass(frozen=True)
class PageOptions:
    """What a provider's pay page is made for.

    `email` and `language` ("de") are the customer's. Without `allows_delayed` only methods are
    offered whose outcome is known at once.
    """

    email: str = ""
    language: str = "en"
    allows_delayed: bool = False


@dataclass(frozen=True)
class Page:
    """A pay page: its address, and what the provider knows it and the payment by.

    `reference` is the ID of the page, or "" if it has none; `payment` that of the payment, or "" if
    it is not known yet.
    """

    url: str
    reference: str = ""
    payment: str = ""


@dataclass(frozen=True)
class RefundResult:
    """A refund in the provider's records.

    `status` is a value of `Refund.Status`: SENT, SUCCEEDED or FAILED. `key` is the key that we
    gave it; a refund made in the provider's dashboard has none.
    """

    reference: str
    status: str
    amount: Decimal
    key: str = ""
    failure: str = ""


@dataclass(frozen=True)
class DisputeResult:
    """A dispute in the provider's records; `status` is a value of `Dispute.Status`."""

    reference: str
    status: str
    amount: Decimal
    reason: str = ""
    takes_money: bool = False
    act_by: datetime | None = None


@dataclass(frozen=True)
class PaymentResult:
    """The status of a payment in the provider's records.

    `status` is a value of `Payment.Status`; `amount` and `currency` are what was charged, set when
    it is captured. `reference` is the provider's own ID, `page` that of its pay page, `card` the
    last four digits of the card, `failure` a message for customer and staff. `refunds` and
    `disputes` are None when they were not asked for.
    """

    status: str
    amount: Decimal | None = None
    currency: str = ""
    reference: str = ""
    card: str = ""
    failure: str = ""
    method: str = ""
    page: str = ""
    refunds: Sequence[RefundResult] | None = None
    disputes: Sequence[DisputeResult] | None = None


@dataclass(frozen=True)
class PayoutLineResult:
    """A movement of a payout: `kind` is a value of `PayoutLine.Kind`.

    `payment`, `refund`, `dispute` and `returned_payout` are the provider's IDs.
    """

    reference: str
    kind: str
    gross: Decimal
    fee: Decimal
    net: Decimal
    created_at: datetime
    payment: str = ""
    refund: str = ""
    dispute: str = ""
    returned_payout: str = ""
    description: str = ""


@dataclass(frozen=True)
class PayoutResult:
    """A payout in the provider's records; `status` is a value of `Payout.Status`.

    `bank_reference` is what the bank statement says beside it. `lines` are its movements, or None
    while the provider does not list them yet.
    """

    reference: str
    status: str
    amount: Decimal
    currency: str
    created_at: datetime
    arrives_on: date | None = None
    bank_reference: str = ""
    lines: Sequence[PayoutLineResult] | None = None


@dataclass(frozen=True)
class Event:
    """A verified event from a provider's webhook.

    It is about the payment that has `key`, or else the provider's `reference`. An event with
    neither is about nothing of ours. Without an `event_id` it is known by what it changes. `page`
    is the ID of the payment's page, if the event has it. `is_about_details` says
    that refunds or disputes may have changed. One that is not relevant is only acknowledged.
    """

    event_id: str
    kind: str
    key: str = ""
    reference: str = ""
    page: str = ""
    is_about_details: bool = False
    is_relevant: bool = True
    body: dict[str, Any] = field(default_factory=dict)


class Provider(Protocol):
    """A payment provider. Its methods are never called inside a database transaction.

    A provider identifies a payment by `payment.key` and a refund by `refund.provider_key`; calls
    with the same key are about the same object, however often they are repeated. Each method raises
    ProviderUnavailable when the provider does not answer.
    """

    name: str
    # Whether it is another company's server, which may be slow or away.
    is_remote: bool
    # Whether its pay pages can be closed.
    closes_pages: bool
    # What staff can choose from; the first one is offered where nobody has chosen.
    methods: Sequence[PaymentMethod]
    # The names of methods whose outcome is known days later.
    delayed_methods: Collection[str]
    # Whether it shows payouts to an access token only, not to its keys.
    takes_access_token: bool

    def open_page(self, payment: "Payment", options: PageOptions) -> Page:
        """Return the page where the customer pays.

        Repeated calls lead to the same charge. Raises PageClosed if the payment can no longer be
        paid: another one has to be started.
        """

    def close_page(self, payment: "Payment") -> None:
        """Close the pay page so that it can no longer be paid; no error if it is closed already.

        The payment may have been made a moment before: ask for its status afterwards.
        """

    def fetch_status(self, payment: "Payment", *, details: bool = False) -> PaymentResult:
        """Return the payment's current status; with `details` also its refunds and disputes."""

    def refund(self, refund: "Refund") -> RefundResult:
        """Refund the money. Raises RefundRefused when a further attempt would not help."""

    def fetch_payouts(
        self, since: datetime, without_lines: Collection[str] = ()
    ) -> Iterator[PayoutResult]:
        """Yield the payouts made since then, with their movements.

        Of those with a reference in `without_lines` the movements are known, and not fetched.
        """

    def find_key_problems(self, keys: "Credentials") -> list[str]:
        """Try the keys; return what is wrong with them, as sentences for staff."""

    def find_method_problems(
        self, keys: "Credentials", methods: Sequence[str], currency: str
    ) -> list[str]:
        """Try whether the account has these methods; return what is wrong, for staff."""

    def read_event(self, *, headers: Mapping[str, str], body: bytes) -> Event:
        """Return the event of a webhook request. Raises InvalidEvent unless it is genuine."""


class LocalProvider(Provider):
    """Base of the providers that need no other company: no payouts, keys or choice of methods."""

    is_remote = False
    closes_pages = False
    methods: Sequence[PaymentMethod] = ()
    delayed_methods: Collection[str] = ()
    takes_access_token = False

    def close_page(self, payment: "Payment") -> None:
        """Do nothing: its page stays open."""

    def fetch_payouts(
        self, since: datetime, without_lines: Collection[str] = ()
    ) -> Iterator[PayoutResult]:
        return iter(())

    def find_key_problems(self, keys: "Credentials") -> list[str]:
        return []

    def find_method_problems(
        self, keys: "Credentials", methods: Sequence[str], currency: str
    ) -> list[str]:
        return []
