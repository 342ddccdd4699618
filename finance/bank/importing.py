"""Import bank statements: each transfer is stored once, then matched with the orders."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.enqueue import enqueue_soon

from ..exceptions import InvalidStatement
from ..models import BankStatement, BankTransfer
from ..reconciliation.bank_lines import match_payouts
from .camt import read_camt
from .matching import match_new_transfers
from .mt940 import read_mt940
from .statement_lines import StatementLine, fingerprints

MAX_BYTES = 5_000_000
MAX_LINES = 5_000


def import_statement(*, file_name: str, content: bytes, imported_by: str) -> BankStatement:
    """Store the money received that the file lists, and match it; return the statement.

    The file is CAMT.053 or MT940. Transfers of earlier statements are passed over, also when two
    import the same file at once. Payouts of payment providers and the first transfers are
    matched before it returns, the others soon after. Must not run inside a transaction. Raises
    `InvalidStatement`, and stores nothing.
    """
    file_format, lines = _read(content)
    with transaction.atomic(durable=True):
        statement = BankStatement.objects.create(
            file_name=file_name[:200],
            file_format=file_format,
            imported_by=imported_by,
            transfers_total=len(lines),
            transfers_new=0,
        )
        statement.transfers_new = _store(statement, lines)
        statement.save(update_fields=["transfers_new"])
    match_payouts()
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
        # The libraries raise what their parsers come across. `defusedxml` raises ValueErrors, the
        # parser of XML a SyntaxError.
        raise InvalidStatement(
            _("This file can't be read. Export it from your bank as CAMT.053 (XML) or MT940.")
        ) from None
    if len(lines) > MAX_LINES:
        raise InvalidStatement(_("The file has too many lines. Export a shorter period."))
    return BankStatement.Format.CAMT if is_xml else BankStatement.Format.MT940, lines


def _store(statement: BankStatement, lines: list[StatementLine]) -> int:
    """Insert the lines that are not known yet; return how many.

    In the order of their fingerprints, so that two who import the same file cannot wait for each
    other in a circle.
    """
    rows = sorted(zip(fingerprints(lines), lines, strict=True), key=lambda row: row[0])
    BankTransfer.objects.bulk_create(
        [
            BankTransfer(statement=statement, fingerprint=fingerprint, **vars(line))
            for fingerprint, line in rows
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    return statement.transfers.count()
