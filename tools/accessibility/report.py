"""Write what a walk has found: as JSON, and as the table of a conformance report."""

import json
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from .clauses import clause_rows
from .criteria import CRITERIA, Criterion
from .walk import WITHOUT_SCRIPT, Walk

MOST = 5  # Failures of a criterion in the summary.
HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Accessibility report</title>
<meta name="viewport" content="width=device-width">
<h1>Accessibility report</h1>"""


def summarise(walk: Walk, *, version: str, seconds: float) -> dict[str, Any]:
    """Return the report: for each criterion and clause the result and its evidence.

    The result is "passes" or "fails", "does not apply", or empty where a person has to judge.
    """
    return {
        "version": version,
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(seconds),
        "states": [state for state in walk.states if not state.endswith(WITHOUT_SCRIPT)],
        "states_without_script": [
            state.removesuffix(WITHOUT_SCRIPT)
            for state in walk.states
            if state.endswith(WITHOUT_SCRIPT)
        ],
        "unopened": walk.unopened,
        "criteria": [_row(one, walk) for one in CRITERIA.values()],
        "clauses": clause_rows(walk.findings),
    }


def _row(criterion: Criterion, walk: Walk) -> dict[str, Any]:
    failures = walk.findings.failures.get(criterion.number, [])
    checks = walk.findings.checks.get(criterion.number, {})
    passes = criterion.is_judged and bool(checks)
    return {
        "number": criterion.number,
        "name": criterion.name,
        "level": criterion.level,
        "clause": criterion.clause,
        "result": "fails" if failures else "passes" if passes else "",
        "evidence": [f"{what} ({count})" for what, count in sorted(checks.items())],
        "failures": failures,
    }


def shorten(report: dict[str, Any]) -> dict[str, Any]:
    """Return the report as the site shows it: a few failures of each criterion.

    The reasons why states could not be opened are left out: they speak of this machine.
    """
    shown = report | {"unopened": sorted(report["unopened"])}
    for part in ("criteria", "clauses"):
        shown[part] = [row | {"failures": row["failures"][:MOST]} for row in report[part]]
    without_script = set(shown.pop("states_without_script"))
    areas: dict[str, list[dict[str, Any]]] = {}
    for state in shown.pop("states"):
        area, name = state.split(": ", 1)
        row = {"name": name, "without_script": state in without_script}
        areas.setdefault(area, []).append(row)
    return shown | {"areas": areas}


def write(report: dict[str, Any], folder: Path) -> Path:
    """Write report.html and evidence.json; return the address of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evidence.json").write_text(json.dumps(report, indent=1, ensure_ascii=False))
    page = folder / "report.html"
    page.write_text(_html(report))
    return page


def _html(report: dict[str, Any]) -> str:
    intro = (
        f"<p>Concert {escape(report['version'])}, {report['date']}. WCAG 2.2 levels A and AA, and"
        f" EN 301 549 (V3.2.1). {len(report['states'])} states of pages, in"
        f" {report['seconds']} seconds. An empty result is for a person to fill in.</p>"
    )
    rows = "".join(map(_html_row, report["criteria"]))
    head = "<tr><th>Criterion<th>Level<th>EN 301 549<th>Result<th>Evidence</tr>"
    clauses = "".join(map(_html_clause, report["clauses"]))
    clause_head = "<tr><th>Clause<th>Why<th>Result<th>Evidence</tr>"
    states = "".join(f"<li>{escape(state)}" for state in report["states"])
    return (
        f"{HEAD}{intro}<table border=1>{head}{rows}</table><h2>Other clauses of EN 301 549</h2>"
        f"<table border=1>{clause_head}{clauses}</table><h2>States</h2><ul>{states}</ul>"
    )


def _html_row(row: dict[str, Any]) -> str:
    return _cells(row, f"{row['number']} {row['name']}", row["level"], row["clause"], row["result"])


def _html_clause(row: dict[str, Any]) -> str:
    return _cells(row, f"{row['number']} {row['name']}", row["reason"], row["result"])


def _cells(row: dict[str, Any], *cells: str) -> str:
    faults = [
        f"{one['state']} ({one['states']}): {one['check']}: {one['fault']}"
        for one in row["failures"]
    ]
    items = "".join(f"<li>{escape(text)}" for text in [*faults, *row["evidence"]])
    return f"<tr>{''.join(f'<td>{escape(cell)}' for cell in cells)}<td><ul>{items}</ul></tr>"
