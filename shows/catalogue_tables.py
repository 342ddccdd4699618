"""Export and import the catalogue as CSV: one kind of objects in each file.

An export imported unchanged changes nothing. Files made by hand are read as spreadsheets save them
(separated by commas, semicolons or tabs, with empty rows at the end), or rejected with the line
that is wrong: a missing cell is never read as an empty one.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from core.spreadsheets import DANGEROUS
from venues.models import Venue

from .catalogue_columns import COLUMNS
from .catalogue_files import SERIALIZERS, InvalidCatalogueFile, decode_file
from .catalogue_tax import TAX
from .cell_lists import write_list, write_rows
from .models import Performance, Show

SEPARATORS = (",", ";", "\t")
# The column by which the kind of a table is recognized.
KEY_COLUMNS = {"performances": "starts_at", "shows": "title", "venues": "city"}


def table_rows(rows: Iterable[dict], kind: str) -> Iterator[list]:
    """Yield the cells of each row of a document's `kind`, headings first."""
    columns = list(COLUMNS[kind])
    yield columns
    for row in rows:
        yield [_cell(row[name]) for name in columns]


def table_cells(kind: str, instance: Venue | Show | Performance) -> list:
    """Return the cells of one venue, show or performance."""
    row = SERIALIZERS[kind](instance)
    return [_cell(row[name]) for name in COLUMNS[kind]]


def parse_table(data: bytes) -> dict[str, list[dict]]:
    """Parse a CSV file into a catalogue document; the headings decide of which kind its rows are.

    Raises `InvalidCatalogueFile`, also if a row has fewer or more cells than there are headings.
    """
    text = decode_file(data)
    rows = _rows_of(text, _separator_of(text))
    headings = [heading.strip() for heading in next(rows, (0, []))[1]]
    kind = next((kind for kind, name in KEY_COLUMNS.items() if name in headings), None)
    if kind is None:
        raise InvalidCatalogueFile(
            [_("The column headings were not recognized. Compare them with an exported file.")]
        )
    twice = {heading for heading in headings if heading and headings.count(heading) > 1}
    if twice:
        message = _("There are two columns “%s”.")
        raise InvalidCatalogueFile([message % heading for heading in sorted(twice)])
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
    """Return the separator that yields the most known headings in the first line."""
    known = {name for columns in COLUMNS.values() for name in columns}
    first = text.lstrip().partition("\n")[0]

    def count(separator: str) -> int:
        cells = next(csv.reader([first], delimiter=separator), [])
        return len(known.intersection(cell.strip() for cell in cells))

    return max(SEPARATORS, key=count)


def _rows_of(text, separator):
    """Yield (line number, cells) of each row that is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        where = {"line": reader.line_num, "error": error}
        raise InvalidCatalogueFile(
            [_("Line %(line)d is not valid CSV: %(error)s") % where]
        ) from None


def _fault_of(headings, cells):
    """Return what is wrong with a row, or "": it needs as many cells as there are headings."""
    surplus = [cell for cell in cells[len(headings) :] if cell.strip()]
    unnamed = [
        cell for heading, cell in zip(headings, cells, strict=False) if not heading and cell.strip()
    ]
    if len(cells) < len(headings) or surplus:
        message = _("there are %(cells)d cells, but %(headings)d headings")
        return message % {"cells": len(cells), "headings": len(headings)}
    return _("“%s” is in a column without a heading") % unnamed[0][:40] if unnamed else ""


def _cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return write_list(value)
    if isinstance(value, list):
        return write_rows(_values(part) for part in value)
    return value


def _values(part):
    """Return the values of a row in a cell, without tax that it does not set."""
    has_tax = any(part.get(name) for name in TAX)
    return [value for name, value in part.items() if has_tax or name not in TAX]


def _unquoted(cell):
    """Return a cell without the apostrophe that keeps spreadsheets from running it."""
    is_kept = cell.startswith("'") and cell[1:].lstrip("'").startswith(DANGEROUS)
    return cell[1:] if is_kept else cell
