"""Read CAMT.053, the bank statement of ISO 20022, of any version."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from .statement_lines import LONGEST_TEXT, StatementLine, tidy

# Credits and debits, and the counterparty of each.
DIRECTIONS = {"CRDT": "Dbtr", "DBIT": "Cdtr"}


def read_camt(content: bytes) -> list[StatementLine]:
    """Return the money received and sent, in the order of the file.

    Only entries that are booked. An entry of several transfers gives one line for each, if their
    amounts add up to it. Raises ValueError (or a subclass) unless it is such a file; document types
    and entities are refused.
    """
    root = fromstring(content, forbid_dtd=True)
    statements = list(_all(root, "BkToCstmrStmt/Stmt"))
    if not statements:
        raise ValueError("no CAMT.053 statement")
    return [line for statement in statements for line in _lines(statement)]


def _lines(statement: Element) -> Iterator[StatementLine]:
    account = _text(statement, "Acct/Id/IBAN") or _text(statement, "Acct/Id/Othr/Id")
    for entry in _all(statement, "Ntry"):
        status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
        if _text(entry, "CdtDbtInd") in DIRECTIONS and status in ("BOOK", ""):
            yield from _transfers(entry, account[:40])


def _transfers(entry: Element, account: str) -> Iterator[StatementLine]:
    entire = _amount(entry, "Amt")
    if entire is None:
        raise ValueError("an entry without an amount")
    total, currency = entire
    details = list(_all(entry, "NtryDtls/TxDtls"))
    found = [_amount(one, "Amt") or _amount(one, "AmtDtls/TxAmt/Amt") for one in details]
    amounts = [part[0] for part in found if part is not None]
    if len(amounts) == len(details) > 1 and sum(amounts) == total:
        for number, (detail, amount) in enumerate(zip(details, amounts, strict=True)):
            yield _line(entry, detail, account, amount, currency, number)
    else:
        yield _line(entry, details[0] if details else entry, account, total, currency, None)


def _line(
    entry: Element,
    detail: Element,
    account: str,
    amount: Decimal,
    currency: str,
    number: int | None,
) -> StatementLine:
    texts = [_content(one) for one in _all(detail, "RmtInf/Ustrd")]
    texts += [_content(one) for one in _all(detail, "RmtInf/Strd/CdtrRefInf/Ref")]
    texts += [
        _text(detail, "Refs/EndToEndId"),
        _text(detail, "AddtlTxInf"),
        _text(entry, "AddtlNtryInf"),
    ]
    reference = _text(detail, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef")
    if reference and number is not None:
        reference = f"{reference}/{number}"
    direction = _text(entry, "CdtDbtInd")
    other = f"RltdPties/{DIRECTIONS[direction]}"
    payer = _text(detail, f"{other}/Pty/Nm") or _text(detail, f"{other}/Nm")
    booked = _text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")
    return StatementLine(
        account=account,
        booked_on=date.fromisoformat(booked[:10]),
        amount=amount,
        currency=currency,
        payer=payer[:150],
        payer_iban=_text(detail, f"{other}Acct/Id/IBAN")[:34],
        text=" ".join(filter(None, texts))[:LONGEST_TEXT],
        bank_reference=reference[:100],
        is_debit=direction == "DBIT",
    )


def _amount(parent: Element, path: str) -> tuple[Decimal, str] | None:
    """Return the amount and its currency, or None."""
    found = next(_all(parent, path), None)
    if found is None:
        return None
    text = _content(found)
    if not text.replace(".", "", 1).isdigit() or len(text) > 20:
        raise ValueError(text)
    return Decimal(text), found.get("Ccy", "")


def _text(parent: Element, path: str) -> str:
    """Return the text of the first element at the path, or ""."""
    found = next(_all(parent, path), None)
    return "" if found is None else _content(found)


def _content(element: Element) -> str:
    return tidy(element.text)


def _all(parent: Element, path: str) -> Iterator[Element]:
    """Yield the elements at the path, whatever their namespace: it differs by version."""
    name, _slash, rest = path.partition("/")
    for child in parent:
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == name:
            if rest:
                yield from _all(child, rest)
            else:
                yield child
