"""Check every rule of the sale over the whole database and the payment provider's records.

Reads only, in one snapshot (REPEATABLE READ), so it can run during a sale: uncommitted work of
other transactions is not visible.
"""

from dataclasses import dataclass

from django.db import connection, transaction

from .audit_rules import Rule, all_rules

SHOWN = 20  # Examples listed for each violated rule; further ones are only counted.


@dataclass(frozen=True)
class Finding:
    """A violated rule: how often, and the first few violations."""

    rule: str
    promise: str
    count: int
    examples: tuple[str, ...]


def audit() -> list[Finding]:
    """Return a `Finding` for each violated rule; an empty list if there is none."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return check_rules()


def check_rules() -> list[Finding]:
    """Do the same as `audit` within the caller's transaction."""
    findings = [_check(rule) for rule in all_rules()]
    return [finding for finding in findings if finding]


def _check(rule: Rule) -> Finding | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT what, count(*) OVER () FROM ({rule.query}) AS broken (what) LIMIT {SHOWN}"
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    return Finding(rule.name, rule.promise, rows[0][1], tuple(str(what) for what, _ in rows))
