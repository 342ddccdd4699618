"""The rules that the audit checks, each with a query for its violations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A rule. `query` selects one column of text, one row for each violation."""

    name: str
    promise: str
    query: str


RULES: list[Rule] = [
    Rule(
        "one_ticket",
        "A place has at most one valid ticket.",
        """
        SELECT 'place ' || place_id || ' has ' || count(*) || ' valid tickets'
        FROM bookings_ticket WHERE status = 'valid' GROUP BY place_id HAVING count(*) > 1
        """,
    ),
    Rule(
        "sold_has_ticket",
        "Every sold place has a valid ticket.",
        """
        SELECT 'place ' || place.id || ' is sold without a ticket' FROM bookings_place place
        WHERE place.state = 'sold' AND NOT EXISTS (
            SELECT FROM bookings_ticket ticket
            WHERE ticket.place_id = place.id AND ticket.status = 'valid')
        """,
    ),
    Rule(
        "ticket_has_sold_place",
        "Every valid ticket's place is sold, at the ticket's own performance.",
        """
        SELECT 'ticket ' || ticket.id || ': place ' || place.id || ' is ' || place.state
        FROM bookings_ticket ticket JOIN bookings_place place ON place.id = ticket.place_id
        WHERE ticket.status = 'valid'
          AND (place.state <> 'sold' OR place.performance_id <> ticket.performance_id)
        """,
    ),
    Rule(
        "ticket_has_paid_order",
        "Every valid ticket belongs to a paid order of its performance.",
        """
        SELECT 'ticket ' || ticket.id || ' belongs to order ' || o.reference || ', ' || o.status
        FROM bookings_ticket ticket JOIN bookings_order o ON o.id = ticket.order_id
        WHERE ticket.status = 'valid'
          AND (o.status <> 'paid' OR o.performance_id <> ticket.performance_id)
        """,
    ),
    Rule(
        "held_has_open_hold",
        "Every held place belongs to an open hold or a reserved order and expires with it; a place"
        " of a guest hold is kept until it returns there.",
        """
        SELECT 'place ' || place.id || ' is held by hold ' || hold.id || ', ' || hold.status
        FROM bookings_place place JOIN bookings_hold hold ON hold.id = place.hold_id
        LEFT JOIN bookings_order o ON o.hold_id = hold.id AND o.status = 'reserved'
        WHERE hold.performance_id <> place.performance_id
           OR place.held_until IS DISTINCT FROM CASE
              WHEN hold.status = 'open' AND EXISTS (
                SELECT FROM bookings_allocatedplace allocated WHERE allocated.place_id = place.id)
              THEN hold.created_at + interval '90 min'
              WHEN hold.status = 'open' THEN hold.expires_at
              WHEN hold.status = 'reserved' THEN o.payable_until END
        """,
    ),
    Rule(
        "reserved_has_places",
        "A reserved order keeps exactly its places until it can no longer be paid.",
        """
        SELECT 'order ' || o.reference || ' is reserved, its hold is ' || hold.status
        FROM bookings_order o JOIN bookings_hold hold ON hold.id = o.hold_id
        WHERE (o.status = 'reserved') <> (hold.status = 'reserved')
        UNION ALL
        SELECT 'order ' || o.reference || ' no longer has ' || (line->>'label')
        FROM bookings_order o CROSS JOIN jsonb_array_elements(o.quote) AS line
        WHERE o.status = 'reserved' AND o.payable_until > now() AND NOT EXISTS (
            SELECT FROM bookings_place place
            WHERE place.id = (line->>'place')::bigint AND place.hold_id = o.hold_id)
        UNION ALL
        SELECT 'order ' || o.reference || ' keeps place ' || place.id || ' without ordering it'
        FROM bookings_order o JOIN bookings_place place ON place.hold_id = o.hold_id
        WHERE o.status = 'reserved' AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(o.quote) AS line
            WHERE (line->>'place')::bigint = place.id)
        """,
    ),
    Rule(
        "hard_cap",
        "No hold is extended beyond its maximum duration.",
        """
        SELECT 'hold ' || id FROM bookings_hold WHERE expires_at > created_at + interval '90 min'
        """,
    ),
    Rule(
        "quote_adds_up",
        "An order's total is the sum of the confirmed prices and the order fee.",
        """
        SELECT 'order ' || reference || ' is ' || total || ', its lines are ' || lines.sum
               || ', its fee is ' || order_fee
        FROM bookings_order CROSS JOIN LATERAL (
            SELECT coalesce(sum((line->>'price')::numeric), 0) AS sum
            FROM jsonb_array_elements(quote) AS line) AS lines
        WHERE total <> lines.sum + order_fee
        """,
    ),
    Rule(
        "rates_of_quote",
        "An order has the tax rates of each line that the customer confirmed, or of none.",
        """
        SELECT 'order ' || reference || ' has rates of ' || jsonb_array_length(tax_rates) || ' of '
               || jsonb_array_length(quote) || ' lines'
        FROM bookings_order
        WHERE jsonb_array_length(tax_rates) NOT IN (0, jsonb_array_length(quote))
        """,
    ),
    Rule(
        "tickets_match_rates",
        "A ticket has the tax rates that its customer confirmed, unless it was changed since.",
        """
        SELECT 'order ' || o.reference || ': ticket ' || ticket.id || ' at '
               || ticket.tax_rate || ' and ' || ticket.fee_tax_rate
        FROM bookings_order o
        CROSS JOIN jsonb_array_elements(o.quote) WITH ORDINALITY AS line (value, number)
        JOIN bookings_ticket ticket
          ON ticket.order_id = o.id AND ticket.place_id = (line.value->>'place')::bigint
        CROSS JOIN LATERAL (SELECT o.tax_rates->(line.number::int - 1) AS value) AS rates
        WHERE jsonb_array_length(o.tax_rates) > 0
          AND (ticket.tax_rate, ticket.fee_tax_rate, ticket.tax_exemption)
              IS DISTINCT FROM ((rates.value->>0)::numeric, (rates.value->>1)::numeric,
                                rates.value->>2)
          AND NOT EXISTS (
            SELECT FROM bookings_ledgerentry entry
            WHERE entry."order" = o.reference AND entry.kind IN ('move', 'change', 'transfer'))
        """,
    ),
    Rule(
        "order_fee_refunded_once",
        "An order fee is refunded only with the whole order, and the log says so once.",
        """
        SELECT 'order ' || o.reference || ': fee ' || o.order_fee || ', log ' || log.sum
        FROM bookings_order o CROSS JOIN LATERAL (
            SELECT coalesce(sum((entry.detail->>'order_fee')::numeric), 0) AS sum
            FROM bookings_ledgerentry entry
            WHERE entry."order" = o.reference AND entry.kind = 'cancel') AS log
        WHERE o.order_fee > 0
          AND log.sum <> CASE WHEN o.order_fee_refunded_at IS NULL THEN 0 ELSE o.order_fee END
        """,
    ),
    Rule(
        "tickets_match_quote",
        "A paid order has a ticket for each confirmed line, at that price.",
        """
        SELECT 'order ' || o.reference || ': ' || (line->>'label')
        FROM bookings_order o CROSS JOIN jsonb_array_elements(o.quote) AS line
        WHERE o.status IN ('paid', 'cancelled') AND NOT EXISTS (
            SELECT FROM bookings_ticket ticket
            WHERE ticket.order_id = o.id AND ticket.place_id = (line->>'place')::bigint
              AND ticket.price = (line->>'price')::numeric)
          AND NOT EXISTS (
            SELECT FROM bookings_ledgerentry entry
            WHERE entry."order" = o.reference AND entry.kind IN ('move', 'change', 'transfer'))
        """,
    ),
    Rule(
        "quantity",
        "An order's quantity is the number of its valid tickets.",
        """
        SELECT 'order ' || o.reference || ' says ' || o.quantity || ', has ' || tickets.count
        FROM bookings_order o CROSS JOIN LATERAL (
            SELECT count(*) FROM bookings_ticket ticket
            WHERE ticket.order_id = o.id AND ticket.status = 'valid') AS tickets
        WHERE o.status IN ('paid', 'cancelled') AND o.quantity <> tickets.count
        """,
    ),
    Rule(
        "moved_tickets_were_paid",
        "A ticket that was moved to another order names a paid order of its performance.",
        """
        SELECT 'ticket ' || ticket.id || ' was paid with order ' || o.reference
        FROM bookings_ticket ticket JOIN bookings_order o ON o.id = ticket.paid_with_id
        WHERE o.performance_id <> ticket.performance_id OR o.id = ticket.order_id
           OR o.status NOT IN ('paid', 'cancelled')
        """,
    ),
    Rule(
        "moves_between_orders_balance",
        "What one order gives in tickets, another one gets.",
        """
        SELECT 'performance ' || performance_id || ': ' || sum(amount)
        FROM bookings_ledgerentry WHERE kind = 'transfer'
        GROUP BY performance_id HAVING sum(amount) <> 0
        """,
    ),
    Rule(
        "paid_has_payment",
        "A paid order that is not free has exactly one captured payment that was not returned.",
        """
        SELECT 'order ' || o.reference || ' has ' || payments.kept || ' payments'
        FROM bookings_order o CROSS JOIN LATERAL (
            SELECT count(*) AS kept FROM payments_payment payment
            WHERE payment.purpose = o.reference AND payment.status = 'captured'
              AND NOT EXISTS (
                SELECT FROM payments_refund refund WHERE refund.payment_id = payment.id
                  AND refund.key = 'not-fulfilled:' || payment.key)) AS payments
        WHERE o.status IN ('paid', 'cancelled') AND o.total > 0 AND payments.kept <> 1
        """,
    ),
    Rule(
        "change_has_payment",
        "An applied change that cost more has exactly one captured payment of the difference.",
        """
        SELECT 'change ' || change.reference || ' has ' || payments.kept || ' payments'
        FROM bookings_ticketchange change CROSS JOIN LATERAL (
            SELECT count(*) AS kept FROM payments_payment payment
            WHERE payment.purpose = change.reference AND payment.status = 'captured'
              AND payment.amount = change.difference
              AND NOT EXISTS (
                SELECT FROM payments_refund refund WHERE refund.payment_id = payment.id
                  AND refund.key = 'not-fulfilled:' || payment.key)) AS payments
        WHERE change.status = 'applied' AND payments.kept <> 1
        """,
    ),
    Rule(
        "tickets_cost_what_was_sold",
        "Prices of all tickets of an order and its order fee add up to its total and changes.",
        """
        SELECT 'order ' || o.reference || ': tickets ' || coalesce(tickets.sum, 0)
               || ', sold for ' || o.total - o.order_fee + coalesce(changes.sum, 0)
        FROM bookings_order o
        LEFT JOIN (
            SELECT order_id, sum(price) FROM bookings_ticket GROUP BY order_id) tickets
          ON tickets.order_id = o.id
        LEFT JOIN (
            SELECT "order", sum(amount) FROM bookings_ledgerentry
            WHERE kind IN ('change', 'transfer')
            GROUP BY "order") changes ON changes."order" = o.reference
        WHERE o.status IN ('paid', 'cancelled')
          AND coalesce(tickets.sum, 0) + o.order_fee <> o.total + coalesce(changes.sum, 0)
        """,
    ),
    Rule(
        "payment_has_outcome",
        "Every captured payment led to a paid order, to an applied change, or to a full refund.",
        """
        SELECT 'payment ' || payment.key || ' for ' || payment.purpose
        FROM payments_payment payment
        LEFT JOIN bookings_order o
          ON o.reference = payment.purpose AND o.status IN ('paid', 'cancelled')
        LEFT JOIN bookings_ticketchange change
          ON change.reference = payment.purpose AND change.status = 'applied'
        LEFT JOIN payments_refund returned
          ON returned.payment_id = payment.id
         AND returned.key IN ('not-fulfilled:' || payment.key, 'unknown:' || payment.key)
        WHERE payment.status = 'captured'
          AND ((o.id IS NULL AND change.id IS NULL AND returned.id IS NULL)
               OR (returned.id IS NOT NULL AND returned.amount <> payment.amount))
        """,
    ),
    Rule(
        "refunds_within_payment",
        "No payment is refunded beyond its amount. Refunds that require action are not made yet.",
        """
        SELECT 'payment ' || payment.key || ' of ' || payment.amount
               || ', refunds ' || sum(r.amount)
        FROM payments_payment payment JOIN payments_refund r ON r.payment_id = payment.id
        WHERE r.status NOT IN ('failed', 'withdrawn')
        GROUP BY payment.id
        HAVING sum(r.amount) > payment.amount OR payment.status <> 'captured'
        """,
    ),
    Rule(
        "provider_agrees",
        "Payments and refunds agree with the records of the demo payment provider.",
        """
        SELECT 'charge ' || coalesce(charge.key, payment.key) || ': provider '
               || coalesce(charge.status, 'none') || ' ' || coalesce(charge.refunded, 0)
               || ', recorded ' || coalesce(payment.status, 'none') || ' ' || coalesce(sent.sum, 0)
        FROM (SELECT * FROM payments_payment WHERE provider = 'demo') payment
        FULL JOIN payments_democharge charge ON charge.key = payment.key
        LEFT JOIN LATERAL (
            SELECT sum(amount) FROM payments_refund refund
            WHERE refund.payment_id = payment.id
              AND refund.status IN ('sent', 'succeeded')) AS sent ON true
        WHERE (payment.status = 'captured'
               AND (charge.status IS DISTINCT FROM 'paid' OR charge.amount <> payment.amount))
           OR (payment.key IS NULL AND charge.status = 'paid')
           OR (payment.status = 'captured' AND charge.refunded < coalesce(sent.sum, 0))
           OR (charge.refunded > (
                SELECT coalesce(sum(amount), 0) FROM payments_refund refund
                WHERE refund.payment_id = payment.id))
        """,
    ),
    Rule(
        "log_money",
        "Payments and refunds in the log agree with the payment records, order by order.",
        """
        SELECT 'order ' || o.reference || ': log ' || coalesce(log.sum, 0)
               || ', payments ' || coalesce(paid.sum, 0) - coalesce(back.sum, 0)
        FROM bookings_order o
        LEFT JOIN (
            SELECT "order", sum(amount) FROM bookings_ledgerentry
            WHERE kind IN ('payment', 'refund') GROUP BY "order") log ON log."order" = o.reference
        LEFT JOIN (
            SELECT split_part(purpose, '-', 1) AS reference, sum(amount) FROM payments_payment
            WHERE status = 'captured' GROUP BY 1) paid ON paid.reference = o.reference
        LEFT JOIN (
            SELECT split_part(payment.purpose, '-', 1) AS reference, sum(refund.amount)
            FROM payments_refund refund
            JOIN payments_payment payment ON payment.id = refund.payment_id
            WHERE refund.status <> 'withdrawn' GROUP BY 1) back ON back.reference = o.reference
        WHERE coalesce(log.sum, 0) <> coalesce(paid.sum, 0) - coalesce(back.sum, 0)
        """,
    ),
    Rule(
        "log_disputes",
        "Disputes in the log are what customers' banks have taken back.",
        """
        SELECT 'order ' || o.reference || ': log ' || coalesce(log.sum, 0)
               || ', disputes ' || coalesce(taken.sum, 0)
        FROM bookings_order o
        LEFT JOIN (
            SELECT "order", -sum(amount) AS sum FROM bookings_ledgerentry
            WHERE kind = 'dispute' GROUP BY "order") log ON log."order" = o.reference
        LEFT JOIN (
            SELECT split_part(payment.purpose, '-', 1) AS reference, sum(dispute.amount)
            FROM payments_dispute dispute
            JOIN payments_payment payment ON payment.id = dispute.payment_id
            WHERE dispute.takes_money GROUP BY 1) taken ON taken.reference = o.reference
        WHERE coalesce(log.sum, 0) <> coalesce(taken.sum, 0)
           OR (o.disputed_at IS NOT NULL) <> (coalesce(taken.sum, 0) > 0)
        """,
    ),
    Rule(
        "log_places",
        "Sales less cancellations and moves in the log are exactly the sold places.",
        """
        SELECT 'place ' || coalesce(log.place, sold.id) || ': log ' || coalesce(log.n, 0)
               || ', ' || coalesce(sold.state, 'not sold')
        FROM (
            SELECT place, sum(n) AS n FROM (
                SELECT place, CASE kind WHEN 'cancel' THEN -1 ELSE 1 END AS n
                FROM bookings_ledgerentry CROSS JOIN unnest(places) AS place
                WHERE kind IN ('sale', 'cancel', 'move')
                UNION ALL
                SELECT place::bigint, -1
                FROM bookings_ledgerentry
                CROSS JOIN jsonb_array_elements_text(detail->'from') AS place
                WHERE kind = 'move') AS each
            GROUP BY place HAVING sum(n) <> 0) log
        FULL JOIN (SELECT id, state FROM bookings_place WHERE state = 'sold') sold
          ON sold.id = log.place
        WHERE coalesce(log.n, 0) <> 1 OR sold.id IS NULL
        """,
    ),
    Rule(
        "places_of_plan",
        "A performance on sale has one place for each seat and standing place of its plan.",
        """
        SELECT 'performance ' || performance.id || ' has ' || made.count || ' of ' || plan.sum
        FROM shows_performance performance
        CROSS JOIN LATERAL (
            SELECT count(*) FROM bookings_place place
            JOIN venues_section section ON section.id = place.section_id
            WHERE place.performance_id = performance.id AND place.state <> 'removed'
              AND section.plan_id = performance.plan_id) AS made
        CROSS JOIN LATERAL (
            SELECT sum(capacity) FROM venues_section WHERE plan_id = performance.plan_id) AS plan
        WHERE performance.opened_at IS NOT NULL AND made.count <> plan.sum
        """,
    ),
    Rule(
        "confirmation_sent",
        "Every order that was paid and has an address has its confirmation e-mail.",
        """
        SELECT 'order ' || o.reference FROM bookings_order o
        WHERE o.status IN ('paid', 'cancelled') AND o.email <> '' AND NOT EXISTS (
            SELECT FROM emails_outboxemail WHERE key = 'confirmation:' || o.reference)
        """,
    ),
]


# Of apps above bookings.
_registered: list[Rule] = []


def register_rules(rules: list[Rule]) -> None:
    """Add the rules of an app above bookings. Rules that are registered already are left out."""
    _registered.extend(rule for rule in rules if rule not in _registered)


def all_rules() -> list[Rule]:
    """Return the rules of the sale and those that apps above it have registered."""
    return [*RULES, *_registered]
