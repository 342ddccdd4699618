"""Read MT940, the bank statement of SWIFT, with the fields that German banks add."""

import logging
import re
from typing import Any

import mt940
from stdnum import iban

from .statement_lines import LONGEST_TEXT, NO_REFERENCE, StatementLine, tidy

# The library logs the lines that it cannot read. They name customers.
logging.getLogger("mt940").setLevel(logging.CRITICAL)

CREDIT = "C"
# Money sent, and money received that was taken back.
DEBITS = ("D", "RC")
IBAN_LENGTHS = range(15, 35)


def read_mt940(content: bytes) -> list[StatementLine]:
    """Return the money received and sent, in the order of the file.

    Raises ValueError (or a subclass) unless it is such a file.
    """
    text = _decoded(content)
    if ":20:" not in text or ":60" not in text:
        raise ValueError("no MT940 statement")
    return [line for part in _statements(text) for line in _lines(part)]


def _statements(text: str) -> list[str]:
    """Split the file at each beginning of a statement: each has an account of its own."""
    return [part for part in re.split(r"(?m)^(?=:20:)", text) if part.startswith(":20:")]


def _lines(text: str) -> list[StatementLine]:
    try:
        parsed = mt940.parse(text)
    except (RuntimeError, AttributeError, AssertionError) as error:
        raise ValueError("no MT940 statement") from error
    account = tidy(parsed.data.get("account_identification"))[:40]
    moved = [one.data for one in parsed if one.data.get("status") in (CREDIT, *DEBITS)]
    return [_line(data, account) for data in moved]


def _line(data: dict[str, Any], account: str) -> StatementLine:
    account_number, payer = _split_payer(tidy(data.get("applicant_name")))
    texts = [data.get("purpose"), data.get("additional_purpose"), data.get("extra_details")]
    if not any(texts):
        texts = [data.get("transaction_details")]
    own, banks = tidy(data.get("customer_reference")), tidy(data.get("bank_reference"))
    if own.upper() not in NO_REFERENCE:
        texts.append(own)
    return StatementLine(
        account=account,
        booked_on=(data.get("entry_date") or data["date"]),
        amount=abs(data["amount"].amount),
        currency=data["amount"].currency,
        payer=payer[:150],
        payer_iban=(tidy(data.get("gvc_applicant_iban")) or account_number)[:34],
        text=" ".join(filter(None, map(tidy, texts)))[:LONGEST_TEXT],
        bank_reference=banks[:100],
        is_debit=data["status"] in DEBITS,
    )


def _split_payer(text: str) -> tuple[str, str]:
    """Return the payer's IBAN, or "", and name: German banks put one before the other."""
    for length in IBAN_LENGTHS:
        if iban.is_valid(text[:length]):
            return text[:length], text[length:].strip()
    return "", text


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
