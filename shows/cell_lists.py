"""Lists inside one cell of a table, such as `Ada; Bo` or `Regular=45.00=3.00; Student=22.50=3.00`.

A value with a semicolon or an equals sign, or that begins with a quotation mark, is quoted, and
quotation marks inside it are doubled, as in CSV itself: `"AC;DC"; Rock`. So every text survives an
export and import, and what people type into cells usually needs no quotation marks.
"""

from collections.abc import Iterable


def write_list(names: Iterable[str]) -> str:
    """Write names into a cell, so that `read_list` returns the same names."""
    return "; ".join(_quoted(name) for name in names)


def write_rows(rows: Iterable[Iterable[object]]) -> str:
    """Write short rows into a cell, so that `read_rows` returns the same values as text."""
    return "; ".join("=".join(_quoted(str(value)) for value in row) for row in rows)


def read_list(cell: str) -> list[str]:
    """Return the names in a cell, without empty ones. Raises ValueError for an open quotation."""
    return [_unquoted(part) for part in _split(cell, ";") if part]


def read_rows(cell: str) -> list[list[str]]:
    """Return the rows in a cell, without empty ones. Raises ValueError for an open quotation."""
    rows = [part for part in _split(cell, ";") if part]
    return [[_unquoted(value) for value in _split(row, "=")] for row in rows]


def _split(cell, separator):
    """Split at each separator outside quotation marks."""
    parts, start, is_quoted, closed_at = [], 0, False, -2
    for index, letter in enumerate(cell):
        if letter == '"' and is_quoted:
            is_quoted, closed_at = False, index
        elif letter == '"':
            is_first = cell[start:index].rstrip().endswith("=") or not cell[start:index].strip()
            is_quoted = is_first or closed_at == index - 1
        elif letter == separator and not is_quoted:
            parts.append(cell[start:index].strip())
            start = index + 1
    if is_quoted:
        raise ValueError
    return [*parts, cell[start:].strip()]


def _quoted(text):
    needs_marks = text.startswith('"') or text != text.strip() or any(c in text for c in ";=")
    return '"' + text.replace('"', '""') + '"' if needs_marks else text


def _unquoted(part):
    is_marked = len(part) > 1 and part[0] == part[-1] == '"'
    inner = part[1:-1].replace('""', "") if is_marked else '"'
    return part if '"' in inner else part[1:-1].replace('""', '"')
