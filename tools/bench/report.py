"""Print the result of a scenario, and save it as JSON."""

import json
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from .figures import milliseconds

FOLDER = Path("var/bench")


def check_rules(checks=()):
    """Check every rule of the sale over the whole database and the payment provider's records.

    `checks` are (sentence, whether it holds) of the scenario. Returns [{"promise", "holds",
    "found"}]: those of the scenario, and one for each broken rule of the audit.
    """
    from bookings.ledger.audit import audit
    from bookings.ledger.audit_rules import all_rules

    broken = audit()
    result = [
        {"promise": sentence, "holds": bool(holds), "found": ""} for sentence, holds in checks
    ]
    sentence = f"All {len(all_rules())} rules of the audit hold."
    result.append({"promise": sentence, "holds": not broken, "found": ""})
    for finding in broken:
        found = f"{finding.count}: {', '.join(finding.examples[:3])}"
        result.append({"promise": finding.promise, "holds": False, "found": found})
    return result


def print_result(console, name, result):
    """Print the result of a scenario."""
    console.rule(f"[bold]{name}[/]: {result['title']}")
    for label, value in result["figures"].items():
        console.print(f"  {label:<52} {value}")
    if result.get("steps"):
        console.print(_steps(result["steps"]))
    if result.get("meter"):
        _print_meter(console, result["meter"])
    errors = result.get("errors") or {}
    kinds = ", ".join(f"{number} × {what}" for what, number in errors.items())
    total = sum(errors.values())
    console.print(f"  Errors that customers saw: {total}{f' ({kinds})' if kinds else ''}")
    for check in result.get("checks", ()):
        mark = "[green]holds[/]" if check["holds"] else "[bold red]BROKEN[/]"
        console.print(f"  {mark}  {check['promise']} {check['found']}".rstrip())


def save(name, result, *, when=None, folder=FOLDER):
    """Write the result as JSON; return the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{when or datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(result, indent=2))
    return path


def _steps(steps):
    table = Table("step", "requests", "p50", "p95", "p99", "longest", box=None, padding=(0, 2))
    for step, times in steps.items():
        spread = [milliseconds(times[name]) for name in ("p50", "p95", "p99", "most")]
        table.add_row(step, f"{times['number']:,}", *spread)
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _print_meter(console, meter):
    shares = ", ".join(f"{kind} {share:.2f}" for kind, share in meter["cpu"].items())
    ours = sum(meter["cpu"].values())
    console.print(
        f"  Processors used, of {meter['processors']}: {ours:.2f} ({shares}); "
        f"by the whole machine {meter['machine']:.2f}"
    )
    memory = ", ".join(
        f"{kind} {taken / 2**20:.0f}" for kind, taken in meter["memory"].items() if kind != "all"
    )
    console.print(f"  Memory at most: {meter['memory']['all'] / 2**20:.0f} MiB ({memory})")
