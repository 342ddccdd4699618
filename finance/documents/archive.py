"""All documents of a month in one ZIP file, with a list of them, for the accountant."""

import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from core.spreadsheets import to_csv
from organisation.models import Seller

from ..models import Document
from .content import Kind
from .files import file_of

FOLDERS = {
    Kind.INVOICE: "invoices",
    Kind.CREDIT_NOTE: "credit-notes",
    Kind.RECEIPT: "receipts",
    Kind.REFUND_RECEIPT: "refund-receipts",
}
HEADINGS = [
    *["kind", "number", "corrects", "date", "order", "buyer", "country", "VAT number"],
    *["currency", "tax rate", "exemption", "net", "tax", "gross", "SHA-256", "file"],
]


def write_month(file: BinaryIO, *, year: int, month: int, seller: Seller | None = None) -> int:
    """Write the documents issued in a month, of one seller or all, as a ZIP file.

    Returns how many documents there are. Missing files are created. Reads one document at a time.
    """
    rows: list[list[Any]] = [HEADINGS]
    count = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for document in _documents(year, month, seller):
            made = file_of(document)
            name = f"{FOLDERS[Kind(document.kind)]}/{document.file_name}"
            archive.writestr(name, bytes(made.content))
            rows += _rows(document, made.sha256, name)
            count += 1
        archive.writestr("documents.csv", to_csv(rows))
    return count


def _documents(year: int, month: int, seller: Seller | None) -> Iterator[Document]:
    documents = Document.objects.issued_in(year, month)
    if seller is not None:
        documents = documents.filter(seller=seller)
    return documents.iterator(chunk_size=100)


def _rows(document: Document, sha256: str, name: str) -> Iterator[list[Any]]:
    """Yield a row for each rate of the document; amounts that are refunded are negative."""
    content, buyer = document.what, document.what.buyer
    sign = Decimal(-1) if Kind(document.kind).is_refund else Decimal(1)
    for tax in content.taxes:
        yield [
            *[document.kind, document.number, content.corrects, document.issued_on],
            *[document.order, buyer.name if buyer else ""],
            *[buyer.country if buyer else "", buyer.vat_id if buyer else ""],
            *[document.currency, tax.rate, tax.exemption],
            *[sign * tax.net, sign * tax.tax, sign * tax.gross],
            *[sha256, name],
        ]
