"""Check the journal of a month against its reconciliation."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.money import money

from ..reconciliation.month import ProviderAccount
from .entries import Purpose, Side
from .month import balances_of, bookings_of

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
