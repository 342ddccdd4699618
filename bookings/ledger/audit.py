"""Checking every rule of the sale over the whole database and the payment provider's books.

Reads only, in one snapshot (REPEATABLE READ), so it may run beside a sale: what is half done in
another transaction is not seen at all.
"""

from dataclasses import dataclass

from django.db import connection, transaction

from .audit_rules import RULES

SHOWN = 20  # Findings by rule that are spelled out; the rest are counted.


@dataclass(frozen=True)
class Finding:
    """One rule that does not hold: how often, and the first few that break it."""

    rule: str
    promise: str
    count: int
    examples: tuple


def audit():
    """Return a `Finding` for each rule that does not hold; nothing when all is well."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        findings = [_check(rule) for rule in RULES]
    return [finding for finding in findings if finding]


def _check(rule):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT what, count(*) OVER () FROM ({rule.query}) AS broken (what) LIMIT {SHOWN}"
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    return Finding(rule.name, rule.promise, rows[0][1], tuple(str(what) for what, _ in rows))
