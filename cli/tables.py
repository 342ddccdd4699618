"""Tables and messages in which the terminal shows results."""

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from core.money import amount_text

from .output import bar, table

TRANSACTIONS = {
    "id": "No.",
    "at": "Time",
    "kind": "Type",
    "order": "Order",
    "places": "Seats",
    "sum": "Amount",
    "by": "By",
}
ORDERS = {
    "reference": "Order",
    "status": "State",
    "name": "Name",
    "email": "E-mail",
    "performance": "Show and date",
    "places": "Tickets",
    "sum": "Total",
}
REPORT = {
    "performance": "No.",
    "title": "Performance",
    "state": "State",
    "sold": "Sold",
    "places": "of",
    "full": "",
    "sum": "Revenue",
}


def availability(result: Any) -> RenderableType:
    """Draw each section with a bar of the seats that are not available."""
    columns = {
        "section": "Section",
        "full": "Unavailable",
        "free": "Available",
        "held": "In baskets",
        "sold": "Sold",
        "blocked": "Blocked",
    }
    rows = [
        {**row, "full": _fullness(row)}
        for row in [*result["sections"], {"section": "All", **result["total"]}]
    ]
    return table(rows, columns, title=f"{result['title']} · {_words(result['state'])}")


def transactions(result: Any) -> RenderableType:
    rows = [{**row, "at": f"{row['at']:%Y-%m-%d %H:%M:%S}", "sum": _sum(row)} for row in result]
    return table(rows, TRANSACTIONS)


def orders(result: Any) -> RenderableType:
    return table([{**row, "sum": _total(row)} for row in result], ORDERS)


def sale(result: Any) -> RenderableType:
    lines = [
        f"Order {result['reference']} · {result['total']} {result['currency']} · {result['status']}"
    ]
    lines += [f"  {seat}" for seat in result["seats"]]
    if result["pay"]:
        lines.append(f"Pay here: {result['pay']}")
    if result["payable_until"]:
        lines.append(f"Payable by transfer until {result['payable_until']:%Y-%m-%d %H:%M %Z}")
    return Text("\n".join(lines), overflow="fold")


def report(result: Any) -> RenderableType:
    rows = [
        {
            **row,
            "state": _words(row["state"]),
            "full": bar(row["sold"], row["places"]),
            "sum": _sum(row, "revenue"),
        }
        for row in result
    ]
    return table(rows, REPORT)


def findings(result: Any) -> RenderableType:
    if result["holds"]:
        return Text("No problems found.", style="green")
    return Group(*(_finding(finding) for finding in result["findings"]))


def pairs(result: Any) -> RenderableType:
    return Text("\n".join(f"{name}: {value}" for name, value in result.items()), overflow="fold")


def _fullness(row):
    whole = sum(row[name] for name in ("free", "held", "sold", "blocked"))
    return bar(whole - row["free"], whole)


def _total(row):
    """Show the total, and what was paid less refunds below it where they differ."""
    total = _sum(row, "total")
    return total if row["balance"] == row["total"] else f"{total}\npaid: {_sum(row, 'balance')}"


def _words(code):
    return code.replace("_", " ")


def _sum(row, name="amount"):
    return (
        "" if row[name] is None else f"{amount_text(row[name], row['currency'])} {row['currency']}"
    )


def _finding(finding):
    head = f"VIOLATED  {finding['promise']} ({finding['rule']}: {finding['count']})"
    return Text("\n".join([head, *(f"        {what}" for what in finding["examples"])]), "red")


def errors(result: Any) -> RenderableType:
    lines = ["Nothing was imported:", *(f"  {fault}" for fault in result["errors"])]
    return Text("\n".join(lines), "red", overflow="fold")


def imported(result: Any) -> RenderableType:
    counts = ", ".join(f"{number} {kind}" for kind, number in result["imported"].items())
    return Text(f"{'Imported' if result['saved'] else 'No errors'}: {counts}.", style="green")


def load_test(result: Any) -> RenderableType:
    head = (
        f"{result['bought']} of {result['visitors']} visitors bought in {result['seconds']} s, "
        f"{result['purchases_a_second']} a second; for {result['sold_out']} it was sold out."
    )
    columns = {
        "step": "Step",
        "count": "Requests",
        "p50": "p50 ms",
        "p95": "p95 ms",
        "p99": "p99 ms",
    }
    errors = [f"{number} × {what}" for what, number in result["errors"].items()]
    return Group(
        Text(head),
        table(result["steps"], columns),
        Text("\n".join(errors), "red") if errors else Text("No errors.", "green"),
        findings({"holds": not result["audit"], "findings": result["audit"]}),
    )


def month(result: Any) -> RenderableType:
    parts: list[RenderableType] = [Text(f"Accounts of {result['month']}", style="bold")]
    parts += [_provider(account) for account in result["accounts"]]
    columns = {
        "method": "Method",
        "name": "Till or status",
        "taken": "Taken",
        "refunded": "Refunded",
        "net": "Net",
        "currency": "",
    }
    if result["by_hand"]:
        parts.append(table(result["by_hand"], columns, "By hand"))
    if result["bank"]:
        parts.append(table(result["bank"], columns, "Bank"))
    columns = {"date": "Date", "amount": "Amount", "currency": "", "what": "What"}
    if result["explained"]:
        shown = table(result["explained"], columns | {"reason": "Reason"}, "Explained by staff")
        parts.append(shown)
    if result["unexplained"]:
        parts.append(Text(f"Not explained: {len(result['unexplained'])}", "red"))
        parts += [
            Text(f"  {one['date']}  {one['amount']} {one['currency']}  {one['what']}", "red")
            for one in result["unexplained"]
        ]
    parts += [Text(text, "red") for text in result["journal"]]
    if result["holds"] and not result["journal"]:
        parts.append(Text("Every cent is explained.", "green"))
    return Group(*parts)


def _provider(account: dict[str, Any]) -> RenderableType:
    rows = [
        ("Opening balance", account["opening"]),
        ("Captured", account["captured"]),
        ("Refunded", account["refunded"]),
        ("Disputed", account["disputed"]),
        ("Fees", account["fees"]),
        ("Other", account["other"]),
        ("Paid out", account["paid_out"]),
        ("Closing balance", account["closing"]),
        (f"of which in no payout yet ({account['awaiting_count']})", account["awaiting"]),
    ]
    lines = [{"text": text, "amount": f"{amount:,.2f}"} for text, amount in rows]
    title = f"{account['provider']}, {account['currency']}"
    return table(lines, {"text": "", "amount": "Amount"}, title)
