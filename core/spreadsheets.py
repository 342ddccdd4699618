"""Rows as CSV and XLSX, for people who open them in a spreadsheet.

A row is any sequence of cells: text, numbers, `Decimal`, dates, times, True and False, None. The
first row of a sheet is its headings. Text that a spreadsheet would run as a formula is kept from
it; numbers and dates stay what they are, so that they can be added up and sorted.
"""

import csv
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

# What spreadsheets take for the beginning of a formula or of a command: also in their full-width
# forms, and after a tab or a line's end, which some of them pass over.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001

# Tells spreadsheets that what follows is UTF-8; without it they take it for something local.
UTF8_MARK = "\ufeff"

# What fits into a sheet and a cell of XLSX, by its standard.
ROWS_OF_A_SHEET = 1_048_576
LETTERS_OF_A_CELL = 32_767

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def csv_lines(rows):
    """Yield the rows as lines of CSV, each as soon as its row is there."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([_told(cell) for cell in row])


def to_csv(rows):
    """Return the rows as the bytes of a CSV file."""
    return (UTF8_MARK + "".join(csv_lines(rows))).encode()


def to_xlsx(rows):
    """Return the rows as the bytes of an XLSX file. They are held in memory once, packed."""
    file = BytesIO()
    write_xlsx(rows, file)
    return file.getvalue()


def write_csv(rows, file):
    """Write the rows into a binary file, without holding them."""
    file.write(UTF8_MARK.encode())
    for line in csv_lines(rows):
        file.write(line.encode())


def write_xlsx(rows, file, rows_of_a_sheet=ROWS_OF_A_SHEET):
    """Write the rows into a binary file, without holding them.

    The headings are repeated on each further sheet, which is begun where one is full.
    """
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
    with xlsxwriter.Workbook(file, options) as book:
        looks = {
            "heading": book.add_format({"bold": True}),
            # Also stays text when somebody edits the cell.
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
                sheet, number = _begin_sheet(book, headings, looks), 1
            if sheet is not None:
                _write_row(sheet, number, row, looks)
                number += 1
        if sheet is None:
            _begin_sheet(book, headings or [], looks)


def spreadsheet(rows, *, name, file_format):
    """Return a response with the rows as the download "<name>.<csv or xlsx>"."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{file_format}"',
        "Cache-Control": "private, no-store",
    }
    if file_format == "xlsx":
        return HttpResponse(to_xlsx(rows), content_type=CONTENT_TYPES["xlsx"], headers=headers)
    return StreamingHttpResponse(
        _after_mark(csv_lines(rows)), content_type=CONTENT_TYPES["csv"], headers=headers
    )


def escape_formula(text):
    """Return text that no spreadsheet runs: what could be a formula begins with an apostrophe.

    So does what begins with one before it, so that taking one away always gives the text back.
    """
    return f"'{text}" if text.lstrip("'").startswith(DANGEROUS) else text


def _after_mark(lines):
    yield UTF8_MARK
    yield from lines


def _told(cell):
    """A cell as CSV has it."""
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


def _begin_sheet(book, headings, looks):
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        heading = str(heading)
        sheet.set_column(column, column, max(12, len(heading) + 2))
        sheet.write_string(0, column, heading, looks["heading"])
    return sheet


def _write_row(sheet, number, row, looks):
    for column, cell in enumerate(row):
        if cell is None:
            continue
        if isinstance(cell, bool):
            sheet.write_string(number, column, _("yes") if cell else _("no"))
        elif isinstance(cell, Decimal):
            sheet.write_number(number, column, float(cell), looks["money"])
        elif isinstance(cell, int | float):
            sheet.write_number(number, column, cell)
        elif isinstance(cell, datetime):
            # A spreadsheet knows no zones: it is told what the clock of the given zone shows.
            sheet.write_datetime(number, column, cell.replace(tzinfo=None), looks["time"])
        elif isinstance(cell, date):
            sheet.write_datetime(number, column, cell, looks["day"])
        else:
            _write_text(sheet, number, column, str(cell), looks)


def _write_text(sheet, number, column, text, looks):
    """As text whatever it looks like: never as a formula, an address or a number."""
    look = looks["text"] if text.startswith(DANGEROUS) else None
    sheet.write_string(number, column, text[:LETTERS_OF_A_CELL], look)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value):
        return value
