"""What facts look like in a terminal."""

from rich.console import Group
from rich.text import Text

from .telling import bar, table

TRANSACTIONS = {
    "id": "Line",
    "at": "When",
    "kind": "What",
    "order": "Order",
    "places": "Places",
    "sum": "Amount",
    "actor": "Who",
}
ORDERS = {
    "reference": "Order",
    "status": "State",
    "name": "Name",
    "email": "E-mail",
    "performance": "Performance",
    "places": "Places",
    "sum": "Total",
}
REPORT = {
    "performance": "No.",
    "title": "Performance",
    "state": "State",
    "sold": "Sold",
    "places": "of",
    "full": "",
    "sum": "Taken",
}


def house(told):
    """Each section with a bar of what is not free any more."""
    columns = {
        "section": "Section",
        "full": "Taken",
        "free": "Free",
        "kept": "In baskets",
        "sold": "Sold",
        "blocked": "Blocked",
    }
    rows = [
        {**row, "full": _fullness(row)}
        for row in [*told["sections"], {"section": "All", **told["total"]}]
    ]
    return table(rows, columns, title=f"{told['title']} · {told['state']}")


def transactions(told):
    rows = [{**row, "at": f"{row['at']:%Y-%m-%d %H:%M:%S}", "sum": _sum(row)} for row in told]
    return table(rows, TRANSACTIONS)


def orders(told):
    return table([{**row, "sum": _sum(row, "total")} for row in told], ORDERS)


def sale(told):
    lines = [f"Order {told['reference']} · {told['total']} {told['currency']} · {told['status']}"]
    lines += [f"  {seat}" for seat in told["seats"]]
    if told["pay"]:
        lines.append(f"Pay here: {told['pay']}")
    return Text("\n".join(lines), overflow="fold")


def report(told):
    rows = [
        {**row, "full": bar(row["sold"], row["places"]), "sum": _sum(row, "taken")} for row in told
    ]
    return table(rows, REPORT)


def findings(told):
    if told["holds"]:
        return Text("All rules hold.", style="green")
    return Group(*(_finding(finding) for finding in told["findings"]))


def pairs(told):
    return Text("\n".join(f"{name}: {value}" for name, value in told.items()), overflow="fold")


def _fullness(row):
    whole = sum(row[name] for name in ("free", "kept", "sold", "blocked"))
    return bar(whole - row["free"], whole)


def _sum(row, name="amount"):
    return "" if row[name] is None else f"{row[name]:.2f} {row['currency']}"


def _finding(finding):
    head = f"BROKEN  {finding['promise']} ({finding['rule']}: {finding['count']})"
    return Text("\n".join([head, *(f"        {what}" for what in finding["examples"])]), "red")
