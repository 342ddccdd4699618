"""The clauses of EN 301 549 besides those of the criteria for web pages, and what is known of them.

`clauses.txt` lists them with the reason why each applies or does not. `criteria.py` has those of
clause 9.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .criteria import ADDED, CRITERIA, Findings

LIST = (Path(__file__).parent / "clauses.txt").read_text()

CHAPTERS = {
    "5": "Generic requirements",
    "6": "Two-way voice communication",
    "7": "Video capabilities",
    "8": "Hardware",
    "9": "Web",
    "10": "Non-web documents",
    "11": "Software",
    "12": "Documentation and support services",
    "13": "Relay and emergency services",
}


@dataclass(frozen=True)
class Clause:
    number: str
    title: str
    reason: str
    applies: bool
    # Whether a program's checks are enough to say that it passes. Failures are always reported.
    is_judged: bool

    @property
    def chapter(self) -> str:
        return self.number.split(".")[0]


def _read(line: str) -> Clause:
    number, mark, rest = line.split(" ", 2)
    title, _colon, reason = rest.partition(": ")
    return Clause(number, title, reason, applies=mark != "/", is_judged=mark == "+")


CLAUSES = {
    one.number: one
    for one in (_read(line) for line in LIST.splitlines() if line and not line.startswith("#"))
}

# What is checked on web pages and tells of another clause as well: its criterion, and how the names
# of the checks begin.
CARRIED = {
    "5.9": [("2.1.1", ""), ("2.1.4", "")],
    "7": [("1.2.1", "no audio or video")],
    "11.6.2": [("1.4.4", ""), ("1.4.12", ""), ("2.1.2", ""), ("1.4.3", "text has the customer")],
    "11.7": [("1.4.3", ""), ("1.4.4", ""), ("2.2.2", "nothing moves with reduced motion")],
    "12.2.3": [("3.2.6", "")],
}


def clause_of_document(criterion: str) -> str | None:
    """Return the number under which the clauses of documents list a criterion of web pages.

    Some have a line of their own, others one for a whole guideline. None for those that count for
    web pages only, and for those that WCAG 2.2 has added.
    """
    number = f"10.{criterion}"
    known = [one for one in (number, number.rpartition(".")[0]) if one in CLAUSES]
    return known[0] if known and criterion not in ADDED else None


def clause_rows(findings: Findings) -> list[dict[str, Any]]:
    """Return for each clause whether it applies, and result and evidence as for the criteria.

    The result of one that does not apply says so, unless a check has found that it does apply.
    """
    return [_row(one, findings) for one in CLAUSES.values()]


def _row(clause: Clause, findings: Findings) -> dict[str, Any]:
    checks = dict(findings.checks.get(clause.number, {}))
    failures = list(findings.failures.get(clause.number, []))
    for criterion, start in CARRIED.get(clause.number, []):
        for what, count in findings.checks.get(criterion, {}).items():
            if what.startswith(start):
                checks[f"{criterion}: {what}"] = count
        found = findings.failures.get(criterion, [])
        failures += [one for one in found if one["check"].startswith(start)]
    if clause.number == "9.6":
        failures += _failing(findings)
    return {
        "number": clause.number,
        "name": clause.title,
        "chapter": f"{clause.chapter} {CHAPTERS[clause.chapter]}",
        "reason": clause.reason,
        "result": _result(clause, checks, failures),
        "evidence": [f"{what} ({count})" for what, count in sorted(checks.items())],
        "failures": failures,
    }


def _result(clause: Clause, checks: dict[str, int], failures: list[dict[str, Any]]) -> str:
    if failures:
        return "fails"
    if not clause.applies:
        return "does not apply"
    return "passes" if clause.is_judged and checks else ""


def _failing(findings: Findings) -> Iterator[dict[str, Any]]:
    """Return the criteria of web pages that fail, as failures of the web pages as a whole."""
    for number, found in findings.failures.items():
        if found and number in CRITERIA:
            states = sum(one["states"] for one in found)
            yield found[0] | {"check": "criterion", "fault": number, "states": states}
