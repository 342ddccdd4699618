"""A purchase reads its own rows only, not those of the whole performance.

Counted by PostgreSQL's statistics rather than EXPLAIN: a prepared statement gets a generic plan,
made without its values, which may scan the whole table.
"""

import pytest
from django.db import connection

from bookings.sale.holds import hold_standing
from bookings.seat_selection.holding import hold_chosen_seats

from .factories import (
    make_customer,
    make_paid_order,
    make_sale,
    make_user,
    seated,
    seats_of,
    section_of,
    standing,
)

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = "bookings_place", "bookings_order", "bookings_hold"
SECTIONS = [
    seated(name="Stalls", category="Gold", rows=20, seats=40),
    standing(name="Floor", category="Floor", capacity=400),
]
# Orders of other customers: PostgreSQL scans a table of a few pages in full.
OTHERS = """
WITH hold AS (
    INSERT INTO bookings_hold (token, performance_id, visitor, status, concessions, expires_at,
                               request_key)
    SELECT left(gen_random_uuid()::text, 32), %s, gen_random_uuid()::text, 'lapsed', '{}', now(), ''
    FROM generate_series(1, 2000) RETURNING id, performance_id, visitor
)
INSERT INTO bookings_order (reference, key, performance_id, hold_id, visitor, email, name, language,
                            status, currency, total, quote, quantity, note)
SELECT 'O' || id, left(visitor, 32), performance_id, id, visitor, visitor || '@example.org', 'Bea',
       'en', 'lapsed', 'EUR', 90, '[]', 2, ''
FROM hold
"""
FEW = 25  # Rows of a table.


@pytest.fixture
def busy_performance(keep_caches):
    """Make a performance of 1,200 places and 2,000 orders; one-second caches do not expire."""
    performance = make_sale(sections=SECTIONS, customer_limit=1000, allow_single_gaps=True)
    with connection.cursor() as cursor:
        cursor.execute(OTHERS, [performance.pk])
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")
    return performance


def rows_read():
    """Return {table: rows that purchases on this connection have read so far}."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
            " FROM pg_stat_user_tables WHERE relname = ANY(%s)",
            [list(TABLES)],
        )
        return dict(cursor.fetchall())


@pytest.mark.parametrize("known", [False, True], ids=["guest", "account"])
@pytest.mark.parametrize("what", ["seats", "standing"])
def test_a_purchase_reads_few_rows(busy_performance, known, what):
    seats, floor = iter(seats_of(busy_performance)), section_of(busy_performance, "Floor").pk

    def buy_one():
        customer = make_customer(user=make_user() if known else None)
        request = {"performance_id": busy_performance.pk, "customer": customer}
        if what == "seats":
            held = hold_chosen_seats(seat_ids=[next(seats), next(seats)], **request)
        else:
            held = hold_standing(section_id=floor, quantity=2, **request)
        address = f"{customer.visitor}@example.org"
        make_paid_order(hold=held.hold, user=customer.user, email=address)

    for _ in range(8):  # PostgreSQL has all its generic plans by then.
        buy_one()
    before = rows_read()
    for _ in range(5):
        buy_one()
    read = {table: number - before[table] for table, number in rows_read().items()}
    assert {table: number / 5 for table, number in read.items() if number / 5 > FEW} == {}
