"""What facts look like in a terminal."""

from rich.console import Group
from rich.text import Text

from core.money import amount_text

from .output import bar, table

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
    return (
        "" if row[name] is None else f"{amount_text(row[name], row['currency'])} {row['currency']}"
    )


def _finding(finding):
    head = f"BROKEN  {finding['promise']} ({finding['rule']}: {finding['count']})"
    return Text("\n".join([head, *(f"        {what}" for what in finding["examples"])]), "red")


def faults(told):
    lines = ["Nothing was taken in:", *(f"  {fault}" for fault in told["faults"])]
    return Text("\n".join(lines), "red", overflow="fold")


def taken(told):
    counts = ", ".join(f"{number} {kind}" for kind, number in told["taken"].items())
    return Text(f"{'Taken in' if told['kept'] else 'All is fine'}: {counts}.", style="green")


def rehearsal(told):
    head = (
        f"{told['bought']} of {told['visitors']} visitors bought in {told['seconds']} s, "
        f"{told['purchases_a_second']} a second; {told['too_late']} came too late."
    )
    columns = {"step": "Step", "times": "Times", "p50": "p50 ms", "p95": "p95 ms", "p99": "p99 ms"}
    wrong = [f"{number} × {what}" for what, number in told["errors"].items()]
    return Group(
        Text(head),
        table(told["steps"], columns),
        Text("\n".join(wrong), "red") if wrong else Text("Nobody saw an error.", "green"),
        findings({"holds": not told["audit"], "findings": told["audit"]}),
    )
