"""Import bank statements: each line is stored once, then matched with orders and refunds."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.enqueue import enqueue_soon

from ..exceptions import InvalidStatement
from ..models import BankDebit, BankStatement, BankTransfer
from ..reconciliation.bank_lines import match_payouts
from ..reconciliation.debits import match_debits
from .camt import read_camt
from .matching import match_new_transfers
from .mt940 import read_mt940
from .statement_lines import StatementLine, fingerprints

MAX_BYTES = 5_000_000
MAX_LINES = 5_000


def import_statement(*, file_name: str, content: bytes, imported_by: str) -> BankStatement:
    """Store the money received and sent that the file lists, and match it; return the statement.

    The file is CAMT.053 or MT940. Transfers of earlier statements are skipped, also when two import
    the same file at once. Payouts, money sent and the first transfers are matched before it
    returns, the others soon after. Must not run inside a transaction. Raises `InvalidStatement`,
    and stores nothing.
    """
    file_format, lines = _read(content)
    with transaction.atomic(durable=True):
        statement = BankStatement.objects.create(
            file_name=file_name[:200],
            file_format=file_format,
            imported_by=imported_by,
            transfers_total=sum(not line.is_debit for line in lines),
            transfers_new=0,
            debits_new=0,
        )
        _store(statement, lines)
        statement.transfers_new = statement.transfers.count()
        statement.debits_new = statement.debits.count()
        statement.save(update_fields=["transfers_new", "debits_new"])
    match_payouts()
    match_debits()
    if match_new_transfers():
        enqueue_soon("finance.tasks.match_bank_transfers")
    return statement


def _read(content: bytes) -> tuple[BankStatement.Format, list[StatementLine]]:
    if len(content) > MAX_BYTES:
        raise InvalidStatement(_("The file is too large. Export a shorter period."))
    is_xml = content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    try:
        lines = read_camt(content) if is_xml else read_mt940(content)
    except InvalidStatement:
        raise
    except (ValueError, ValidationError, LookupError, ArithmeticError, TypeError, SyntaxError):
        # The libraries raise the errors of their parsers. `defusedxml` raises ValueErrors, the
        # parser of XML a SyntaxError.
        raise InvalidStatement(
            _("This file can't be read. Export it from your bank as CAMT.053 (XML) or MT940.")
        ) from None
    if len(lines) > MAX_LINES:
        raise InvalidStatement(_("The file has too many lines. Export a shorter period."))
    return BankStatement.Format.CAMT if is_xml else BankStatement.Format.MT940, lines


def _store(statement: BankStatement, lines: list[StatementLine]) -> None:
    """Insert the lines that are not known yet.

    In the order of their fingerprints, so that two imports of the same file cannot deadlock.
    """
    rows = sorted(zip(fingerprints(lines), lines, strict=True), key=lambda row: row[0])
    models: list[tuple[Any, bool]] = [(BankTransfer, False), (BankDebit, True)]
    for model, is_debit in models:
        found = [
            model(statement=statement, fingerprint=fingerprint, **_values(line))
            for fingerprint, line in rows
            if line.is_debit == is_debit
        ]
        model.objects.bulk_create(found, ignore_conflicts=True, batch_size=500)


def _values(line: StatementLine) -> dict[str, Any]:
    """Return the fields of the row: the sender of money is its payer, the recipient its payee."""
    values = vars(line).copy()
    if values.pop("is_debit"):
        values |= {"payee": values.pop("payer"), "payee_iban": values.pop("payer_iban")}
    return values
