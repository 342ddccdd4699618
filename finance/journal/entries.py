"""Entries of the journal, before they get the accountant's account numbers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..models import JournalAccount

Purpose = JournalAccount.Purpose
LONGEST_TEXT = 60


@dataclass(frozen=True, order=True)
class Side:
    """An account by its purpose; `detail` is a tax rate or a payment provider."""

    purpose: str
    detail: str = ""


@dataclass(frozen=True)
class Booking:
    """An amount booked in debit on one account and in credit on the other. Never zero.

    A negative amount is the same with the sides exchanged. `document` is the number of the invoice
    or credit note, or the order's reference, or the payout's. `seller` is the ID of the show's
    seller, if there is one.
    """

    day: date
    debit: Side
    credit: Side
    amount: Decimal
    currency: str
    document: str
    text: str
    seller: int | None = None

    @property
    def rate(self) -> str:
        """The tax rate that is included, or ""."""
        sides = [one for one in (self.debit, self.credit) if one.purpose in JournalAccount.BY_RATE]
        return sides[0].detail if sides else ""


def money_side(provider: str) -> Side:
    """Return the account on which money by this payment provider arrives."""
    by_hand = {"cash": Purpose.CASH, "terminal": Purpose.TERMINAL, "transfer": Purpose.BANK}
    if provider in by_hand:
        return Side(by_hand[provider])
    return Side(Purpose.CLEARING, provider)
