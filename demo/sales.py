"""Realistic sales, written by SQL: tens of thousands of tickets in a few seconds.

Every row is as the operations of the sale would have written it, including the transaction log and
the demo bank's records, so that an audit finds nothing. What is sold to whom is derived from hashes
of the places and a seed, so it is always the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from demo.accounts import FIRST_NAMES, LAST_NAMES

# Adjacent seats of a row are divided into groups of these sizes, repeatedly.
PARTIES = [2, 2, 4, 2, 1, 3, 2, 2, 1, 5]
CUT = [party for party, size in enumerate(PARTIES) for _ in range(size)]

LINES = """
CREATE TEMP TABLE demo_line ON COMMIT DROP AS
WITH numbered AS (
    SELECT place.id AS place, place.performance_id, section.id AS section_id,
           section.name AS section, seat.row, seat.number, category.name AS category,
           category.price, category.fee, seat.kind,
           coalesce(venue.tax_rate, 0) AS tax_rate, coalesce(venue.fee_tax_rate, 0) AS fee_tax_rate,
           venue.tax_exemption,
           row_number() OVER (
               PARTITION BY place.performance_id, section.id, seat.row ORDER BY place.id
           ) - 1 AS n
    FROM bookings_place place
    JOIN venues_section section ON section.id = place.section_id
    JOIN shows_pricecategory category ON category.id = place.price_category_id
    LEFT JOIN venues_seat seat ON seat.id = place.seat_id
    JOIN shows_performance performance ON performance.id = place.performance_id
    JOIN venues_venue venue ON venue.id = performance.venue_id
    WHERE place.performance_id = ANY(%(performances)s) AND place.state = 'available'
      AND coalesce(seat.kind, 'ordinary') IN ('ordinary', 'restricted')
), cut AS (
    SELECT *, concat_ws('/', performance_id, section_id, row, n / %(cycle)s,
                        (%(cut)s::int[])[n %% %(cycle)s + 1]) AS party
    FROM numbered
)
SELECT cut.* FROM cut JOIN unnest(%(performances)s, %(demands)s) AS wanted (performance, demand)
    ON wanted.performance = cut.performance_id
WHERE demo_chance(party) * 100 < wanted.demand
"""

CHANCE = """
CREATE OR REPLACE FUNCTION pg_temp.demo_chance(key text) RETURNS float LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || substr(md5('concert' || key), 1, 7))::bit(28)::int / 268435456.0::float
$$
"""

ORDERS = """
CREATE TEMP TABLE demo_order ON COMMIT DROP AS
WITH party AS (
    SELECT party, performance_id, array_agg(place ORDER BY place) AS places,
           sum(price) AS total, count(*) AS quantity,
           jsonb_agg(jsonb_build_object(
               'place', place,
               'label', CASE WHEN row IS NULL AND section ILIKE '%%standing' THEN section
                        WHEN row IS NULL THEN section || ', standing'
                        ELSE section || ', row ' || row || ', seat ' || number END,
               'category', category, 'price', price::text, 'fee', fee::text,
               'concession', '', 'concession_id', NULL, 'seat', NULL, 'colour', 0
           ) ORDER BY place) AS quote,
           jsonb_agg(jsonb_build_array(
               trim_scale(tax_rate)::text, trim_scale(fee_tax_rate)::text, tax_exemption
           ) ORDER BY place) AS tax_rates,
           jsonb_agg(jsonb_build_object(
               'place', place, 'category', category, 'concession', '',
               'price', price::text, 'fee', fee::text,
               'tax', jsonb_build_array(
                   trim_scale(tax_rate)::text, trim_scale(fee_tax_rate)::text, tax_exemption)
           ) ORDER BY place) AS sold
    FROM demo_line GROUP BY party, performance_id
), named AS (
    SELECT party.*,
        (%(first)s::text[])[1 + floor(demo_chance(party || 'f') * %(firsts)s)::int] AS first_name,
        (%(last)s::text[])[1 + floor(demo_chance(party || 'l') * %(lasts)s)::int] AS last_name,
        -- Half of what is ever sold is sold in the first tenth of the time.
        performance.on_sale_from + (least(performance.starts_at, now()) - performance.on_sale_from)
            * power(demo_chance(party || 't'), 3) * 0.98 AS at,
        performance.currency
    FROM party JOIN shows_performance performance ON performance.id = performance_id
)
SELECT named.*,
       nextval(pg_get_serial_sequence('bookings_hold', 'id')) AS hold,
       nextval(pg_get_serial_sequence('bookings_order', 'id')) AS id,
       nextval(pg_get_serial_sequence('payments_payment', 'id')) AS payment,
       upper(substr(translate(md5('r' || party), '01', 'xy'), 1, 8)) AS reference,
       substr(md5('k' || party), 1, 22) AS key,
       CASE WHEN demo_chance(party || 'u') < 0.06
            THEN (%(users)s::bigint[])[1 + floor(demo_chance(party || 'w') * %(user_count)s)::int]
       END AS user_id,
       lower(first_name || '.' || last_name) || floor(demo_chance(party || 'n') * 90 + 10)::text
           || '@example.org' AS email
FROM named
"""

WRITES = [
    """
    INSERT INTO bookings_hold (id, token, performance_id, visitor, user_id, status, concessions,
                               created_at, expires_at, request_key)
    SELECT hold, key, performance_id, key, user_id, 'bought', '{}', at, at + interval '8 min', ''
    FROM demo_order
    """,
    """
    INSERT INTO bookings_order (id, reference, key, performance_id, hold_id, user_id, visitor,
                                email, name, language, status, currency, total, quote, tax_rates,
                                quantity, note, created_at, paid_at)
    SELECT demo_order.id, reference, key, performance_id, hold, user_id, key,
           coalesce(account.email, demo_order.email),
           coalesce(account.name, first_name || ' ' || last_name),
           'en', 'paid', currency, total, quote, tax_rates, quantity, '', at,
           at + interval '2 min'
    FROM demo_order LEFT JOIN accounts_user account ON account.id = user_id
    """,
    """
    INSERT INTO bookings_ticket (order_id, performance_id, place_id, secret, version, status,
                                 label, category, concession, price, fee, tax_rate,
                                 fee_tax_rate, tax_exemption, holder, created_at)
    SELECT paid.id, paid.performance_id, (line->>'place')::bigint,
           substr(md5(paid.key || (line->>'place')), 1, 22), 1, 'valid', line->>'label',
           line->>'category', '', (line->>'price')::numeric, (line->>'fee')::numeric,
           (tax_rates->(number::int - 1)->>0)::numeric, (tax_rates->(number::int - 1)->>1)::numeric,
           tax_rates->(number::int - 1)->>2,
           coalesce(account.name, first_name || ' ' || last_name), at + interval '2 min'
    FROM demo_order paid
    CROSS JOIN jsonb_array_elements(quote) WITH ORDINALITY AS lines (line, number)
    LEFT JOIN accounts_user account ON account.id = user_id
    """,
    """
    UPDATE bookings_place SET state = 'sold' FROM demo_line
    WHERE bookings_place.id = demo_line.place
    """,
    """
    INSERT INTO payments_payment (id, key, purpose, provider, provider_reference, amount, currency,
                                  description, return_url, status, failure, created_at, captured_at)
    SELECT payment, key, reference, 'demo', 'demo-' || payment, total, currency,
           'Order ' || reference, '/orders/' || reference || '/', 'captured', '',
           at + interval '1 min', at + interval '2 min'
    FROM demo_order
    """,
    """
    INSERT INTO payments_democharge (key, amount, currency, description, return_url, status,
                                     refunded, refunds, webhook_count, created_at)
    SELECT key, total, currency, 'Order ' || reference, '/orders/' || reference || '/', 'paid',
           0, '{}', 1, at + interval '1 min'
    FROM demo_order
    """,
    """
    INSERT INTO bookings_ledgerentry (performance_id, kind, hold, "order", places, amount, currency,
                                actor, detail, at)
    SELECT performance_id, step.kind, hold, CASE step.kind WHEN 'hold' THEN '' ELSE reference END,
           CASE step.kind WHEN 'payment' THEN '{}' ELSE places END,
           CASE step.kind WHEN 'hold' THEN NULL ELSE total END,
           CASE step.kind WHEN 'hold' THEN '' ELSE currency END,
           CASE WHEN step.kind IN ('payment', 'sale') THEN 'demo'
                WHEN user_id IS NULL THEN 'visitor:' || key ELSE 'user:' || user_id END,
           CASE step.kind WHEN 'payment' THEN jsonb_build_object('payment', key)
                          WHEN 'sale' THEN jsonb_build_object('channel', 'web', 'lines', sold)
                          ELSE '{}' END,
           demo_order.at + step.after
    FROM demo_order CROSS JOIN (VALUES
        (1, 'hold', interval '0'), (2, 'order', interval '1 min'),
        (3, 'payment', interval '2 min'), (4, 'sale', interval '2 min')
    ) AS step (n, kind, after)
    ORDER BY demo_order.at, hold, step.n
    """,
    # Sent long ago; the content has been deleted.
    """
    INSERT INTO emails_outboxemail (kind, key, "to", user_id, language, about, due_at, attempts,
                                    state, rendered_at, sent_at, created_at)
    SELECT 'order_confirmation', 'confirmation:' || reference, email, user_id, 'en',
           jsonb_build_object('order', reference), at, 1, 'sent', at, at, at
    FROM demo_order
    """,
    """
    UPDATE shows_performance SET places_left = coalesce((
        SELECT count(*) FROM bookings_place
        WHERE performance_id = shows_performance.id AND state = 'available'), 0)
    WHERE id = ANY(%(performances)s)
    """,
]


def sell(demands: Mapping[int, int], *, user_ids: Sequence[int]) -> None:
    """Sell places of performances.

    `demands` maps a performance's id to the per cent to sell. Some orders belong to the accounts in
    `user_ids`. Runs in the caller's transaction.
    """
    values: dict[str, Any] = {
        "performances": list(demands),
        "demands": [int(demand) for demand in demands.values()],
        "cut": CUT,
        "cycle": len(CUT),
        "first": FIRST_NAMES,
        "firsts": len(FIRST_NAMES),
        "last": LAST_NAMES,
        "lasts": len(LAST_NAMES),
        "users": list(user_ids),
        "user_count": len(user_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(CHANCE)
        for statement in (LINES, ORDERS, *WRITES):
            cursor.execute(statement.replace("demo_chance(", "pg_temp.demo_chance("), values)
