"""Write rows as CSV and XLSX.

A row is a sequence of cells: text, numbers, `Decimal`, dates, times, booleans, None. The first row
is the header. Text that a spreadsheet program would run as a formula is escaped; numbers and dates
keep their types, so that they can be summed and sorted.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Protocol

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

# Characters that begin a formula or command, also in full width, and whitespace before them that
# some programs ignore.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001

# The byte order mark. Without it spreadsheet programs assume a local encoding.
BOM = "\ufeff"

# Limits of XLSX.
MAX_SHEET_ROWS = 1_048_576
MAX_CELL_LENGTH = 32_767

Rows = Iterable[Sequence[Any]]


class BinaryFile(Protocol):
    """A file to write to."""

    def write(self, data: bytes, /) -> object: ...


CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def csv_lines(rows: Rows) -> Iterator[str]:
    """Yield the rows as lines of CSV."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([_csv_cell(cell) for cell in row])


def to_csv(rows: Rows) -> bytes:
    """Return the rows as the content of a CSV file."""
    return (BOM + "".join(csv_lines(rows))).encode()


def to_xlsx(rows: Rows) -> bytes:
    """Return the rows as the content of an XLSX file, in memory."""
    file = BytesIO()
    write_xlsx(rows, file)
    return file.getvalue()


def write_csv(rows: Rows, file: BinaryFile) -> None:
    """Write the rows to a binary file as they come."""
    file.write(BOM.encode())
    for line in csv_lines(rows):
        file.write(line.encode())


def write_xlsx(rows: Rows, file: BinaryFile, rows_of_a_sheet: int = MAX_SHEET_ROWS) -> None:
    """Write the rows to a binary file as they come.

    When a sheet is full, another one with the same header begins.
    """
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
    with xlsxwriter.Workbook(file, options) as book:
        formats = {
            "heading": book.add_format({"bold": True}),
            # Remains text when the cell is edited.
            "text": book.add_format({"quote_prefix": True}),
            "money": book.add_format({"num_format": "#,##0.00"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        headings, sheet, number = None, None, 0
        for row in rows:
            if headings is None:
                headings = row
            elif sheet is None or number == rows_of_a_sheet:
                sheet, number = _begin_sheet(book, headings, formats), 1
            if sheet is not None:
                _write_row(sheet, number, row, formats)
                number += 1
        if sheet is None:
            _begin_sheet(book, headings or [], formats)


def spreadsheet(rows: Rows, *, name: str, file_format: str) -> HttpResponse | StreamingHttpResponse:
    """Return a response with the rows as the download "<name>.<csv or xlsx>"."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{file_format}"',
        "Cache-Control": "private, no-store",
    }
    if file_format == "xlsx":
        return HttpResponse(to_xlsx(rows), content_type=CONTENT_TYPES["xlsx"], headers=headers)
    return StreamingHttpResponse(
        _after_bom(csv_lines(rows)), content_type=CONTENT_TYPES["csv"], headers=headers
    )


def escape_formula(text: str) -> str:
    """Return the text, with an apostrophe before it if it could be a formula.

    Also if apostrophes precede it, so that removing one always restores the text.
    """
    return f"'{text}" if text.lstrip("'").startswith(DANGEROUS) else text


def _after_bom(lines):
    yield BOM
    yield from lines


def _csv_cell(cell):
    """Return a cell as CSV writes it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, int | float):
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return escape_formula(str(cell))


def _begin_sheet(book, headings, formats):
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        heading = str(heading)
        sheet.set_column(column, column, max(12, len(heading) + 2))
        sheet.write_string(0, column, heading, formats["heading"])
    return sheet


def _write_row(sheet, number, row, formats):
    for column, cell in enumerate(row):
        if cell is None:
            continue
        if isinstance(cell, bool):
            sheet.write_string(number, column, _("yes") if cell else _("no"))
        elif isinstance(cell, Decimal):
            sheet.write_number(number, column, float(cell), formats["money"])
        elif isinstance(cell, int | float):
            sheet.write_number(number, column, cell)
        elif isinstance(cell, datetime):
            # XLSX has no time zones: write the local time.
            sheet.write_datetime(number, column, cell.replace(tzinfo=None), formats["time"])
        elif isinstance(cell, date):
            sheet.write_datetime(number, column, cell, formats["day"])
        else:
            _write_text(sheet, number, column, str(cell), formats)


def _write_text(sheet, number, column, text, formats):
    """Write text that is not interpreted as a formula, link or number."""
    look = formats["text"] if text.startswith(DANGEROUS) else None
    sheet.write_string(number, column, text[:MAX_CELL_LENGTH], look)


class _Echo:
    """A file-like object whose `write` returns its argument."""

    def write(self, value):
        return value
