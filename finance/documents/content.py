"""The content of a tax document, frozen when it is issued.

PDF and XML are created from a `Content` alone, so that a document can be created again after a
crash with the same content, even if the order has changed. Amounts include tax unless they are
called net. They are positive in credit notes, too.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.addresses import city_line


class Kind(models.TextChoices):
    RECEIPT = "receipt", _("receipt")
    REFUND_RECEIPT = "refund_receipt", _("refund receipt")
    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")

    @property
    def is_numbered(self) -> bool:
        return self in (Kind.INVOICE, Kind.CREDIT_NOTE)

    @property
    def is_refund(self) -> bool:
        return self in (Kind.REFUND_RECEIPT, Kind.CREDIT_NOTE)


@dataclass(frozen=True)
class Party:
    """Seller or buyer. `country` is an ISO 3166-1 code of two letters."""

    name: str
    contact: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    vat_id: str = ""
    tax_number: str = ""
    iban: str = ""
    bank: str = ""
    email: str = ""

    @property
    def town(self) -> str:
        return city_line(postcode=self.postcode, city=self.city, country=self.country)


@dataclass(frozen=True)
class Line:
    """Equal tickets, or their fees. `gross` and `net` are of all of them together."""

    text: str
    quantity: int
    gross: Decimal
    net: Decimal
    rate: Decimal
    exemption: str = ""
    detail: str = ""

    @property
    def price(self) -> Decimal:
        """The price of one, including tax."""
        return self.gross / self.quantity


@dataclass(frozen=True)
class Tax:
    """The sums of everything that is taxed at one rate, in percent, or exempt for one reason."""

    rate: Decimal
    gross: Decimal
    net: Decimal
    tax: Decimal
    exemption: str = ""

    @property
    def key(self) -> tuple[Decimal, str]:
        return self.rate, self.exemption


@dataclass(frozen=True)
class Content:
    """A tax document.

    `corrects` is the number of the invoice that a credit note belongs to, or the reference of the
    order of a refund receipt, and `corrects_date` the date of that invoice. `supplied_on` is the
    day of the performance. `method` is how it was paid, a name of `finance.documents.content`;
    empty if it is not paid. `pay_by` is until when an invoice can be paid by transfer.
    """

    kind: str
    number: str
    order: str
    issued_on: date
    supplied_on: date
    language: str
    currency: str
    seller: Party
    buyer: Party | None
    show: str
    venue: str
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    method: str = ""
    corrects: str = ""
    corrects_date: date | None = None
    note: str = ""
    pay_by: date | None = None

    @property
    def gross(self) -> Decimal:
        return sum((tax.gross for tax in self.taxes), Decimal(0))

    @property
    def net(self) -> Decimal:
        return sum((tax.net for tax in self.taxes), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((tax.tax for tax in self.taxes), Decimal(0))

    def to_json(self) -> dict[str, Any]:
        """Return plain values as a `Document` stores them: amounts and dates as text."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @property
    def is_paid(self) -> bool:
        return bool(self.method)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        buyer, corrected = stored["buyer"], stored["corrects_date"]
        pay_by = stored.get("pay_by")
        return cls(
            **{
                **stored,
                "issued_on": date.fromisoformat(stored["issued_on"]),
                "supplied_on": date.fromisoformat(stored["supplied_on"]),
                "corrects_date": date.fromisoformat(corrected) if corrected else None,
                "pay_by": date.fromisoformat(pay_by) if pay_by else None,
                "seller": Party(**stored["seller"]),
                "buyer": Party(**buyer) if buyer else None,
                "lines": tuple(Line(**_decimals(line)) for line in stored["lines"]),
                "taxes": tuple(Tax(**_decimals(tax)) for tax in stored["taxes"]),
            }
        )


AMOUNTS = {"gross", "net", "tax", "rate"}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


def _decimals(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Decimal(one) if name in AMOUNTS else one for name, one in stored.items()}


ONLINE = "online"

# The names of providers that are not paid online (see `payments.providers`).
METHOD_NAMES: dict[str, Any] = {
    ONLINE: _("Paid online"),
    "cash": _("Paid in cash"),
    "terminal": _("Paid by card"),
    "transfer": _("Paid by bank transfer"),
}


def method_of(provider: str) -> str:
    """Return the name of a provider's method: its own, or that of everything online."""
    return provider if provider in METHOD_NAMES else ONLINE
