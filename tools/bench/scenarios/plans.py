"""How the server carries out the statements of a purchase, in a house that has sold for years.

A hall of 20,000 places is on sale beside millions of rows of past performances. One purchase is
made, and each of its hand-written statements explained before it is carried out. It
says how many pages a statement looked at: that stays the same however many years there are.
"""

import json

from django.db import connection, transaction

from core.database.statements import Statements

from ..operations import buy
from ..report import sweep
from ..world import hall, make_plan, make_world, open_sale

# Rows of the past, as purchases of two seats leave them. Checks hold; foreign keys and triggers
# rest meanwhile, and the hall's own rows give the seats.
PAST = """
WITH seats AS (
    SELECT place.*, row_number() OVER (ORDER BY place.id) - 1 AS number
    FROM bookings_place place WHERE performance_id = %(performance)s
), holds AS (
    INSERT INTO bookings_hold (token, performance_id, visitor, status, concessions, created_at,
                               expires_at, request_key)
    SELECT left(gen_random_uuid()::text, 32), past, gen_random_uuid()::text, 'bought', '{}',
           now() - interval '1 year', now() - interval '1 year', ''
    FROM unnest(%(past)s::bigint[]) AS past, generate_series(1, %(pairs)s::bigint)
    RETURNING id, performance_id, visitor
), orders AS (
    INSERT INTO bookings_order (reference, key, performance_id, hold_id, visitor, email, name,
                                language, status, currency, total, quote, quantity, note, paid_at)
    SELECT 'P' || id, md5(id::text), performance_id, id, visitor, id || '@example.org', 'Past',
           'en', 'paid', 'EUR', 90, '[]', 2, '', now() - interval '1 year'
    FROM holds RETURNING id, performance_id
), places AS (
    INSERT INTO bookings_place (performance_id, section_id, seat_id, price_category_id, state)
    SELECT past, section_id, seat_id, price_category_id, 'sold'
    FROM unnest(%(past)s::bigint[]) AS past, seats
    RETURNING id, performance_id
), paired AS (
    SELECT id, performance_id,
           (row_number() OVER (PARTITION BY performance_id ORDER BY id) + 1) / 2 AS pair
    FROM places
), bought AS (
    SELECT id, performance_id,
           row_number() OVER (PARTITION BY performance_id ORDER BY id) AS pair FROM orders
), tickets AS (
    INSERT INTO bookings_ticket (order_id, performance_id, place_id, secret, version, status, label,
                                 category, concession, price, fee, holder)
    SELECT bought.id, performance_id, paired.id, md5(paired.id::text), 1, 'valid', 'Past',
           'Regular', '', 45, 5, 'Past'
    FROM paired JOIN bought USING (performance_id, pair)
)
INSERT INTO payments_payment (key, purpose, provider, provider_reference, amount, currency,
                              description, return_url, status, failure, captured_at)
SELECT md5(id::text), 'P' || id, 'demo', '', 90, 'EUR', 'Past', '/', 'captured', '',
       now() - interval '1 year'
FROM holds
"""
HOT = ("bookings_place", "bookings_hold", "bookings_order", "payments_payment", "bookings_ticket")
MOST = 40  # Pages of the hot tables that a read of a purchase may look at, its sorting apart.


def run(stage):
    rows, past = stage.scaled(200, 20), stage.scaled(40, 3)
    checks = sweep()
    world = make_world(rows=rows)
    with stage.console.status("Selling years of past performances"):
        _fill(world.performance_id, past, rows)
    told = _explained(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)", [[*HOT]])
        sizes = {name: f"{number:,.0f} rows" for name, number in cursor.fetchall()}
    figures = sizes | {
        f"{number}. {name}": f"{pages} pages, {time:.2f} ms; {nodes}"
        for number, (name, pages, time, nodes) in enumerate(told, 1)
    }
    scans = [
        name
        for name, _pages, _time, nodes in told
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
                "promise": f"Each read looks at {MOST} pages at most.",
                "holds": all(
                    pages <= MOST for _name, pages, _time, nodes in told if "Modify" not in nodes
                ),
                "found": "",
            },
        ],
    }


def _fill(performance_id, past, rows):
    plan = make_plan(hall(rows=1))
    others = [open_sale(plan).pk for _ in range(past)]
    values = {"performance": performance_id, "past": others, "pairs": rows * 50}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        # The few rows that putting them on sale has made.
        cursor.execute("DELETE FROM bookings_place WHERE performance_id = ANY(%s)", [others])
        cursor.execute(PAST, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _explained(world):
    """Buy once; return what `_told` tells of each statement that is written by hand."""
    told = []

    def explain(execute, sql, values, many, context):
        by_hand = isinstance(context["cursor"].cursor, Statements)
        if by_hand and not sql.startswith("EXPLAIN"):
            told.append(_told(sql, values))
        return execute(sql, values, many, context)

    for pair in world.seats[:6]:  # Terms and drawing are in the process then.
        buy(world.performance_id, pair)
    with connection.execute_wrapper(explain):
        buy(world.performance_id, world.seats[6])
    return told


def _told(statement, values):
    """Return (its first words, pages looked at, milliseconds, what was done).

    The statement is carried out and rolled back, in the midst of what it belongs to.
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
    """What is done to tables, innermost first."""
    for part in plan.get("Plans", ()):
        yield from _nodes(part)
    if plan["Node Type"] == "ModifyTable":
        yield f"Modify {plan['Relation Name']}"
    elif table := plan.get("Relation Name"):
        index = f" by {plan['Index Name']}" if "Index Name" in plan else ""
        yield f"{plan['Node Type']} on {table}{index}"
    elif index := plan.get("Index Name"):
        yield f"{plan['Node Type']} by {index}"
