"""The journal of a month, on the accountant's accounts, and its check."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.money import money
from core.percentages import format_percent
from organisation.models import Seller

from ..exceptions import AccountsMissing
from ..models import JournalAccount
from ..reconciliation.month import ProviderAccount, bounds
from .entries import LONGEST_TEXT, Booking, Purpose, Side
from .refunds import disputes_between, refunds_between
from .sales import sales_between
from .transfers import cash_between, payouts_between

ZERO = Decimal(0)


@dataclass(frozen=True)
class JournalLine:
    """A line of the journal: `amount` in debit on `account` and in credit on `contra`.

    Amounts are positive and include the tax at `rate`, by which `tax_code` was chosen. `seller` is
    the seller whose accounts it belongs to.
    """

    day: date
    account: str
    contra: str
    tax_code: str
    amount: Decimal
    currency: str
    document: str
    text: str
    rate: str
    seller: str = ""


def bookings_of(month: date) -> list[Booking]:
    """Return all entries of the month that contains this day, in order of time."""
    since, until = bounds(month)
    parts = [sales_between, refunds_between, disputes_between, payouts_between, cash_between]
    found = [booking for part in parts for booking in part(since, until) if booking.amount]
    return sorted(found, key=lambda one: one.day)


def journal_of(month: date, seller: Seller | None = None) -> list[JournalLine]:
    """Return the journal of the month, or the seller's part of it.

    Amounts without a show, such as a till's cash, belong to the first seller, so that the journals
    of all sellers together are that of the month. Raises AccountsMissing, which names them.
    """
    bookings, chart = bookings_of(month), Chart()
    chart.check(bookings)
    sellers = {one.pk: one.name for one in Seller.objects.all()}
    first = min(sellers, default=None)
    lines = [(booking.seller or first, chart.line(booking)) for booking in bookings]
    return [
        replace(line, seller=sellers.get(owner or 0, ""))
        for owner, line in lines
        if seller is None or owner == seller.pk
    ]


def balances_of(bookings: list[Booking]) -> dict[tuple[Side, str], Decimal]:
    """Return debits less credits of each account and currency. Together they are zero."""
    balances: dict[tuple[Side, str], Decimal] = {}
    for booking in bookings:
        for side, amount in ((booking.debit, booking.amount), (booking.credit, -booking.amount)):
            key = (side, booking.currency)
            balances[key] = balances.get(key, ZERO) + amount
    return balances


class Chart:
    """The accounts that staff have entered."""

    def __init__(self) -> None:
        self._accounts = {
            Side(one.purpose, one.detail): one for one in JournalAccount.objects.all()
        }

    def check(self, bookings: list[Booking]) -> None:
        """Raise AccountsMissing unless all sides have an account."""
        sides = {side for one in bookings for side in (one.debit, one.credit)}
        if missing := sorted(side for side in sides if self._account(side) is None):
            raise AccountsMissing([_name_of(side) for side in missing])

    def line(self, booking: Booking) -> JournalLine:
        debit, credit = self._account(booking.debit), self._account(booking.credit)
        assert debit is not None and credit is not None
        if booking.amount < 0:
            debit, credit = credit, debit
        return JournalLine(
            day=booking.day,
            account=debit.number,
            contra=credit.number,
            tax_code=debit.tax_code or credit.tax_code,
            amount=abs(booking.amount),
            currency=booking.currency,
            document=booking.document,
            text=booking.text[:LONGEST_TEXT],
            rate=booking.rate,
        )

    def _account(self, side: Side) -> JournalAccount | None:
        return self._accounts.get(side) or self._accounts.get(Side(side.purpose))


def _name_of(side: Side) -> str:
    name: Any = JournalAccount.Purpose(side.purpose).label
    if not side.detail:
        return str(name)
    if side.purpose in JournalAccount.BY_RATE:
        return _("%(purpose)s at %(rate)s") % {
            "purpose": name,
            "rate": format_percent(Decimal(side.detail)),
        }
    return f"{name} ({side.detail})"


ZERO = Decimal(0)


def check_journal(month: date, accounts: Iterable[ProviderAccount]) -> list[str]:
    """Return the errors of the journal, as sentences; it is calculated independently.

    Debits and credits add up to zero, and the account of each provider moves as reported.
    """
    balances = balances_of(bookings_of(month))
    problems = []
    if total := sum(balances.values(), ZERO):
        problems.append(_("The journal does not add up: %s.") % total)
    for account in accounts:
        found = balances.get((Side(Purpose.CLEARING, account.provider), account.currency), ZERO)
        if found != account.moved:
            problems.append(
                _("%(provider)s moves by %(found)s in the journal, by %(moved)s in the report.")
                % {
                    "provider": account.provider.capitalize(),
                    "found": money(found, account.currency),
                    "moved": money(account.moved, account.currency),
                }
            )
    return problems
