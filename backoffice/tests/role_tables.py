"""Read the tables of docs/roles.md."""

from pathlib import Path

from django.conf import settings

PAGE = Path(settings.BASE_DIR, "docs", "roles.md")


def role_tables() -> dict[str, dict[str, dict[str, str]]]:
    """Return {first heading of the table: {first cell of the row: {heading: cell}}}."""
    tables, headings = {}, None
    for line in PAGE.read_text().splitlines():
        if not line.startswith("|"):
            headings = None
            continue
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if headings is None:
            headings = cells
            tables[headings[0]] = {}
        elif not set(line) <= set("|- "):
            assert cells[0] not in tables[headings[0]], f"Twice in {PAGE.name}: {cells[0]}"
            tables[headings[0]][cells[0]] = dict(zip(headings[1:], cells[1:], strict=True))
    return tables
