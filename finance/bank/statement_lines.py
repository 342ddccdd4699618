"""Lines of bank statements, as their readers return them: money received and sent."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import check_currency

# The texts of banks in place of a missing reference.
NO_REFERENCE = {"", "NONREF", "NOTPROVIDED"}
LONGEST_TEXT = 1000
LARGEST = Decimal("999999999.99")


@dataclass(frozen=True)
class StatementLine:
    """Money received on an account, or sent from it (`is_debit`), as the bank reports it.

    The amount is positive either way. `payer` sent or got it, `text` is the sender's message.
    """

    account: str
    booked_on: date
    amount: Decimal
    currency: str
    payer: str = ""
    payer_iban: str = ""
    text: str = ""
    bank_reference: str = ""
    is_debit: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError or ValidationError for values that cannot be stored."""
        if not 0 < self.amount <= LARGEST or self.amount != round(self.amount, 2):
            raise ValueError(self.amount)
        check_currency(self.currency)


def fingerprints(lines: Iterable[StatementLine]) -> list[str]:
    """Return what identifies each line in all statements of its account.

    That is the bank's reference if there is one, or else all data of the line and its number among
    equal lines of that day, because two customers may transfer the same on one day. So a line in
    the statements of a day and of its month is the same, and statements always contain whole days.
    """
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        identity = _identity(line)
        seen[identity] += 1
        digest = hashlib.sha256(f"{identity}|{seen[identity]}".encode())
        found.append(digest.hexdigest())
    return found


def tidy(text: str | None) -> str:
    """Return the text in one line and without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())


def _identity(line: StatementLine) -> str:
    parts = [line.account, line.booked_on.isoformat(), f"{line.amount:.2f}", line.currency]
    if line.is_debit:
        parts.append("debit")
    if line.bank_reference.upper() not in NO_REFERENCE:
        return "|".join([*parts, line.bank_reference])
    return "|".join([*parts, line.payer, line.payer_iban, line.text])
