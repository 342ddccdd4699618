"""Years of past sales, written by SQL as purchases of two seats leave them."""

from django.db import connection, transaction

from .halls import draw_hall, make_plan, open_sale

# CHECK constraints are on; foreign keys
# and triggers are off meanwhile. The seats are those of the hall.
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
# What the admin lists beside them: two entries of the log and an e-mail for each order, each second
# ticket checked in, each fiftieth payment refunded.
TRACES = """
INSERT INTO bookings_ledgerentry (kind, hold, "order", places, amount, currency, actor, detail, at,
                                  performance_id)
SELECT kind, hold_id, reference, '{}', 90, 'EUR', 'demo', '{}', paid_at, performance_id
FROM bookings_order, unnest(ARRAY['payment', 'sale']) AS kind;
INSERT INTO emails_outboxemail (kind, key, "to", language, about, created_at, state, attempts,
                                rendered_at, sent_at, subject)
SELECT 'order_confirmation', 'confirmation:' || reference, email, 'en',
       json_build_object('order', reference), paid_at, 'sent', 1, paid_at, paid_at, 'Your tickets'
FROM bookings_order;
INSERT INTO door_checkin (door, scan, at, received_at, performance_id, ticket_id)
SELECT 'Main door', md5(id::text), now(), now(), performance_id, id
FROM bookings_ticket WHERE id % 2 = 0;
INSERT INTO payments_refund (key, payment_id, amount, reason, status, provider_reference,
                             made_at_provider, failures, attempts, failure, created_at, try_after,
                             sent_at, act_by, paid_out_by)
SELECT 'past:' || id, id, 45, 'Past', 'succeeded', '', false, 0, 1, '', now(), now(), now(), NULL,
       ''
FROM payments_payment WHERE id % 50 = 0;
"""


def sell_past_performances(performance_id, past, rows):
    """Sell `past` performances with the seats of this one: `rows` of 100, two by two."""
    plan = make_plan(draw_hall(rows=1))
    others = [open_sale(plan).pk for _ in range(past)]
    values = {"performance": performance_id, "past": others, "pairs": rows * 50}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        # The few rows created by putting it on sale.
        cursor.execute("DELETE FROM bookings_place WHERE performance_id = ANY(%s)", [others])
        cursor.execute(PAST, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def leave_traces():
    """Write what the admin lists beside each order."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(TRACES)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
