"""Read the tables of docs/roles.md, and compare them with what is found."""

from pathlib import Path

from django.conf import settings

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user

PAGE = Path(settings.BASE_DIR, "docs", "roles.md")
ROLES = ["Superuser", *Role.values]
YES, READ, NO = "✓", "read", "–"


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


def differences(walked, column):
    """Return the differences from the page; a missing line there counts as "–"."""

    tables, wrong = role_tables(), []
    for name, lines in walked.items():
        table = tables.get(name, {})
        for line in sorted(lines.keys() | table.keys()):
            said, is_so = table.get(line, {}).get(column, "no line"), lines.get(line, NO)
            if said != is_so and not (said == "no line" and name == "Action" and line not in lines):
                wrong.append(f"{name} | {line} | {column}: docs say {said}, it is {is_so}")
    return wrong


def staff_of(role):
    if role == "Superuser":
        return make_user("everything@staff.example", is_staff=True, is_superuser=True)
    return make_staff(Role(role), f"{role.lower().replace(' ', '-')}@staff.example")
