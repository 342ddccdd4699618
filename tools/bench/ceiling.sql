-- The ceiling: the rows of one purchase of two seats, locked and written by hand, as fast as this
-- server can take them. Hold, order and payment, the demo bank's charge and its decision, paid: the
-- same rows and the same commits as those of the operations, in as few statements as there can be.
-- Variables: :performance, and a sequence bench_pair that counts pairs of neighbouring places.

BEGIN;
SELECT array_agg(id) AS ids FROM (
    SELECT id FROM bookings_place
    WHERE id IN (SELECT unnest(ids) FROM bench_pair_of WHERE pair = (SELECT nextval('bench_pair')))
      AND (state = 'available' OR state = 'held' AND held_until <= now())
    ORDER BY id FOR UPDATE SKIP LOCKED) AS locked \gset
WITH hold AS (
    INSERT INTO bookings_hold (token, performance_id, visitor, status, concessions, expires_at, request_key)
    VALUES (left(gen_random_uuid()::text, 32), :performance, gen_random_uuid()::text, 'open', '{}', now() + interval '8 min', '')
    RETURNING id, expires_at
), taken AS (
    UPDATE bookings_place SET state = 'held', hold_id = hold.id, held_until = hold.expires_at
    FROM hold WHERE bookings_place.id = ANY(:ids::bigint[])
), logged AS (
    INSERT INTO bookings_ledgerentry (performance_id, kind, hold, "order", places, currency, actor, detail)
    SELECT :performance, 'hold', hold.id, '', :ids::bigint[], '', 'bench', '{}' FROM hold
)
SELECT id AS hold FROM hold \gset
COMMIT;

BEGIN;
SELECT count(*) AS n FROM (
    SELECT id FROM bookings_place WHERE hold_id = :hold ORDER BY id FOR UPDATE) AS locked \gset
WITH ordered AS (
    INSERT INTO bookings_order (reference, key, performance_id, hold_id, visitor, email, name, language, status, currency, total, quote, quantity, note)
    VALUES ('B' || :hold::text, gen_random_uuid()::text::varchar(32), :performance, :hold, 'bench', 'bench' || :hold::text || '@example.org', 'Bench', 'en', 'pending', 'EUR', 90, '[{"place": 1, "label": "Stalls, row A, seat 1", "category": "Regular", "price": "45.00", "fee": "5.00"}, {"place": 2, "label": "Stalls, row A, seat 2", "category": "Regular", "price": "45.00", "fee": "5.00"}]', 2, '')
    RETURNING id
), logged AS (
    INSERT INTO bookings_ledgerentry (performance_id, kind, hold, "order", places, amount, currency, actor, detail)
    VALUES (:performance, 'order', :hold, 'B' || :hold::text, :ids::bigint[], 90, 'EUR', 'bench', '{}')
), payment AS (
    INSERT INTO payments_payment (key, purpose, provider, provider_reference, amount, currency, description, return_url, status, failure)
    VALUES (left(gen_random_uuid()::text, 32), 'B' || :hold::text, 'bench', '', 90, 'EUR', 'Bench', '/', 'open', '')
    RETURNING id, key
)
SELECT ordered.id AS order_id, payment.id AS payment, payment.key AS key FROM ordered, payment \gset
COMMIT;

INSERT INTO payments_democharge (key, amount, currency, description, return_url, status, refunded, refunds, webhook_count)
VALUES (:key::text, 90, 'EUR', 'Bench', '/', 'open', 0, '{}', 1);

UPDATE payments_democharge SET status = 'paid', webhook_at = NULL, webhook_count = 1 WHERE key = :key::text AND status = 'open';

BEGIN;
UPDATE payments_payment SET status = 'captured', captured_at = now() WHERE id = :payment;
INSERT INTO payments_providerevent (provider, event_id, kind, payment_id, body, outcome)
VALUES ('bench', :key::text, 'charge.paid', :payment, '{}', 'captured');
SELECT count(*) AS n FROM (
    SELECT id FROM bookings_place WHERE hold_id = :hold ORDER BY id FOR UPDATE) AS locked \gset
WITH sold AS (
    UPDATE bookings_place SET state = 'sold', hold_id = NULL, held_until = NULL WHERE id = ANY(:ids::bigint[])
), bought AS (
    UPDATE bookings_hold SET status = 'bought' WHERE id = :hold
), paid AS (
    UPDATE bookings_order SET status = 'paid', paid_at = now() WHERE id = :order_id
), tickets AS (
    INSERT INTO bookings_ticket (order_id, performance_id, place_id, secret, version, status, label, category, concession, price, fee, holder)
    SELECT :order_id::bigint, :performance::bigint, place, left(gen_random_uuid()::text, 32), 1, 'valid', 'Stalls, row A, seat 1', 'Regular', '', 45, 5, 'Bench'
    FROM unnest(:ids::bigint[]) AS place
), logged AS (
    INSERT INTO bookings_ledgerentry (performance_id, kind, hold, "order", places, amount, currency, actor, detail)
    VALUES (:performance::bigint, 'payment', :hold::bigint, 'B' || :hold::text, '{}'::bigint[], 90, 'EUR', 'bench', '{}'::jsonb),
           (:performance::bigint, 'sale', :hold::bigint, 'B' || :hold::text, :ids::bigint[], 90, 'EUR', 'bench', '{}')
)
INSERT INTO emails_outboxemail (kind, key, "to", language, about, attempts)
VALUES ('order_confirmation', 'confirmation' || :hold::text, 'bench@example.org', 'en', '{}', 0);
COMMIT;
