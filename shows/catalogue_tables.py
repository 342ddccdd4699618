"""The programme as tables (CSV), as spreadsheets write them: one kind of rows in each.

What comes out can be taken in again and changes nothing. Tables that people made are read as their
spreadsheet saved them (commas, semicolons or tabs between the cells, empty rows at the end), or
refused with the line that is wrong: a cell that is missing is never read as an empty one.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from core.spreadsheets import DANGEROUS

from .catalogue_files import COLUMNS, SERIALIZERS, InvalidCatalogueFile, decode_file
from .cell_lists import write_list, write_rows

SEPARATORS = (",", ";", "\t")
# The column that tells what a table is about.
TELLING = {"performances": "starts_at", "shows": "title", "venues": "city"}


def table_rows(rows: Iterable[dict], kind: str) -> Iterator[list]:
    """Yield the rows of one kind as a table, headings first."""
    columns = list(COLUMNS[kind])
    yield columns
    for row in rows:
        yield [_cell(row[name]) for name in columns]


def table_cells(kind: str, thing) -> list:
    """Return the row of a table for one venue, show or performance."""
    row = SERIALIZERS[kind](thing)
    return [_cell(row[name]) for name in COLUMNS[kind]]


def parse_table(data: bytes) -> dict[str, list[dict]]:
    """Return the document in a file's bytes, CSV. What its rows are, the headings tell.

    Raises `InvalidCatalogueFile`, also for a row with fewer or more cells than there are headings.
    """
    text = decode_file(data)
    rows = _rows_of(text, _separator_of(text))
    headings = [heading.strip() for heading in next(rows, (0, []))[1]]
    kind = next((kind for kind, name in TELLING.items() if name in headings), None)
    if kind is None:
        raise InvalidCatalogueFile([_("The headings are those of no table: see an exported one.")])
    twice = {heading for heading in headings if heading and headings.count(heading) > 1}
    if twice:
        words = _("There are two columns “%s”.")
        raise InvalidCatalogueFile([words % heading for heading in sorted(twice)])
    faults, found = [], []
    for line, cells in rows:
        if fault := _fault_of(headings, cells):
            faults.append(_("Line %(line)d: %(fault)s") % {"line": line, "fault": fault})
        else:
            named = zip(headings, cells, strict=False)
            found.append({heading: _unquoted(cell) for heading, cell in named if heading})
    if faults:
        raise InvalidCatalogueFile(faults[:50])
    return {kind: found}


def _separator_of(text):
    """The sign that cuts the first line into the most headings that we know."""
    known = {name for columns in COLUMNS.values() for name in columns}
    first = text.lstrip().partition("\n")[0]

    def count(separator):
        cells = next(csv.reader([first], delimiter=separator), [])
        return len(known.intersection(cell.strip() for cell in cells))

    return max(SEPARATORS, key=count)


def _rows_of(text, separator):
    """Yield (line, cells) of each row that has anything in it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        where = {"line": reader.line_num, "error": error}
        raise InvalidCatalogueFile([_("Line %(line)d is no CSV: %(error)s") % where]) from None


def _fault_of(headings, cells):
    """What is wrong with a row, if anything: as many cells as headings are needed."""
    surplus = [cell for cell in cells[len(headings) :] if cell.strip()]
    unnamed = [
        cell for heading, cell in zip(headings, cells, strict=False) if not heading and cell.strip()
    ]
    if len(cells) < len(headings) or surplus:
        words = _("there are %(cells)d cells, and %(headings)d headings")
        return words % {"cells": len(cells), "headings": len(headings)}
    return _("“%s” stands in a column without a heading") % unnamed[0][:40] if unnamed else ""


def _cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return write_list(value)
    if isinstance(value, list):
        return write_rows(part.values() for part in value)
    return value


def _unquoted(cell):
    """A cell without the apostrophe that keeps spreadsheets from running it."""
    is_kept = cell.startswith("'") and cell[1:].lstrip("'").startswith(DANGEROUS)
    return cell[1:] if is_kept else cell
