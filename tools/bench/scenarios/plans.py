"""The query plans of a purchase, in a database with years of sales.

A hall of 20,000 places is on sale beside millions of rows of past performances. One purchase is
made, and each of its hand-written statements is explained before it runs. The number of pages that
a statement reads must not depend on the number of years.
"""

import json

from django.db import connection, transaction

from core.database.statements import Statements

from ..halls import make_hall
from ..operations import buy
from ..past_sales import sell_past_performances
from ..report import check_rules

HOT = ("bookings_place", "bookings_hold", "bookings_order", "payments_payment", "bookings_ticket")
MOST = 40  # Pages of the large tables that a read of a purchase may use, without sorting.


def run(context):
    rows, past = context.scaled(200, 20), context.scaled(40, 3)
    checks = check_rules()
    hall = make_hall(rows=rows)
    with context.console.status("Selling years of past performances"):
        sell_past_performances(hall.performance_id, past, rows)
    result = _explained(hall)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)", [[*HOT]])
        sizes = {name: f"{number:,.0f} rows" for name, number in cursor.fetchall()}
    figures = sizes | {
        f"{number}. {name}": f"{pages} pages, {time:.2f} ms; {nodes}"
        for number, (name, pages, time, nodes) in enumerate(result, 1)
    }
    scans = [
        name
        for name, _pages, _time, nodes in result
        if any(f"Seq Scan on {table}" in nodes for table in HOT)
    ]
    return {
        "title": f"A purchase in a hall of {rows * 100:,} places, beside {past} past performances",
        "figures": figures,
        "checks": [
            *checks,
            {
                "promise": "No statement of a purchase reads a table of the sale from end to end.",
                "holds": not scans,
                "found": ", ".join(scans),
            },
            {
                "promise": f"Each read uses {MOST} pages at most.",
                "holds": all(
                    pages <= MOST for _name, pages, _time, nodes in result if "Modify" not in nodes
                ),
                "found": "",
            },
        ],
    }


def _explained(hall):
    """Buy once; return the result of `_explained_statement` for each hand-written statement."""
    result = []

    def explain(execute, sql, values, many, context):
        by_hand = isinstance(context["cursor"].cursor, Statements)
        if by_hand and not sql.startswith("EXPLAIN"):
            result.append(_explained_statement(sql, values))
        return execute(sql, values, many, context)

    for pair in hall.seats[:6]:  # Terms and drawing are cached by then.
        buy(hall.performance_id, pair)
    with connection.execute_wrapper(explain):
        buy(hall.performance_id, hall.seats[6])
    return result


def _explained_statement(statement, values):
    """Return (the first words, pages read, milliseconds, plan nodes) of a statement.

    It is run and rolled back inside its transaction.
    """
    with transaction.atomic():
        explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        ((found,),) = connection.run(explained, values)
        transaction.set_rollback(True)
    (found,) = json.loads(found) if isinstance(found, str) else found
    plan = found["Plan"]
    pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return " ".join(statement.split())[:46], pages, found["Execution Time"], "; ".join(_nodes(plan))


def _nodes(plan):
    """Return the plan nodes on tables, innermost first."""
    for part in plan.get("Plans", ()):
        yield from _nodes(part)
    if plan["Node Type"] == "ModifyTable":
        yield f"Modify {plan['Relation Name']}"
    elif table := plan.get("Relation Name"):
        index = f" by {plan['Index Name']}" if "Index Name" in plan else ""
        yield f"{plan['Node Type']} on {table}{index}"
    elif index := plan.get("Index Name"):
        yield f"{plan['Node Type']} by {index}"
