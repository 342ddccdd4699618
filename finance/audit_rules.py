"""The rules of finance that the audit checks."""

from bookings.ledger.audit_rules import Rule

RULES = [
    Rule(
        "bank_transfer_has_payment",
        "Every matched bank transfer is a captured payment by transfer, alone or with its parts.",
        """
        SELECT 'bank transfer ' || transfer.id || ' of ' || transfer.amount || ' has no payment'
        FROM finance_banktransfer transfer
        WHERE transfer.status = 'matched' AND NOT EXISTS (
            SELECT FROM payments_payment payment
            WHERE payment.key = transfer.payment_key AND payment.status = 'captured'
              AND payment.provider = 'transfer' AND payment.currency = transfer.currency)
        UNION ALL
        SELECT 'payment ' || payment.key || ' of ' || payment.amount || ' is transfers of '
               || listed.sum
        FROM payments_payment payment CROSS JOIN LATERAL (
            SELECT sum(amount - surplus), bool_or(NOT is_part) AS is_complete
            FROM finance_banktransfer WHERE payment_key = payment.key) AS listed
        WHERE payment.provider = 'transfer' AND listed.is_complete AND listed.sum <> payment.amount
        """,
    ),
    Rule(
        "transfer_surplus_is_refunded",
        "What bank transfers had too much is a payment of its own, which was refunded.",
        """
        SELECT 'bank transfer ' || transfer.id || ' has ' || transfer.surplus || ' too much'
        FROM finance_banktransfer transfer
        WHERE transfer.surplus > 0 AND transfer.decided_at < now() - interval '1 hour'
          AND NOT EXISTS (
            SELECT FROM payments_payment payment JOIN payments_refund refund
              ON refund.payment_id = payment.id AND refund.amount = payment.amount
            WHERE payment.purpose = 'BANKTRANSFER' || transfer.id AND payment.status = 'captured'
              AND payment.amount = transfer.surplus)
        """,
    ),
    Rule(
        "part_payments_wait",
        "Parts of an order's price wait only while it is reserved, and it says how much there is.",
        """
        SELECT 'order ' || o.reference || ' has received ' || o.received || ', its parts are '
               || coalesce(parts.sum, 0)
        FROM bookings_order o LEFT JOIN (
            SELECT "order", sum(amount) FROM finance_banktransfer
            WHERE status = 'part' GROUP BY "order") parts ON parts."order" = o.reference
        WHERE (o.received > 0 OR parts.sum IS NOT NULL) AND o.received <> coalesce(parts.sum, 0)
        UNION ALL
        SELECT 'bank transfer ' || transfer.id || ' waits for the rest of order ' || o.reference
        FROM finance_banktransfer transfer JOIN bookings_order o ON o.reference = transfer."order"
        WHERE transfer.status = 'part' AND o.status <> 'reserved'
          AND transfer.decided_at < now() - interval '1 hour' AND NOT EXISTS (
            SELECT FROM bookings_ledgerentry entry
            WHERE entry."order" = o.reference AND entry.at > now() - interval '1 hour')
        """,
    ),
    Rule(
        "transfer_was_taken",
        "Every captured payment by transfer says who found it on the account.",
        """
        SELECT 'payment ' || key || ' for ' || purpose FROM payments_payment
        WHERE provider = 'transfer' AND status = 'captured' AND taken_by = ''
        """,
    ),
    Rule(
        "ledger_is_sealed",
        "Every entry of the transaction log that is older than an hour is sealed.",
        """
        SELECT 'entry ' || entry.id FROM bookings_ledgerentry entry
        WHERE entry.at < now() - interval '1 hour' AND NOT EXISTS (
            SELECT FROM finance_ledgerseal seal WHERE seal.entry = entry.id)
        """,
    ),
    Rule(
        "seal_has_entry",
        "Every seal belongs to an entry of its performance, and no position is missing.",
        """
        SELECT 'seal of entry ' || seal.entry FROM finance_ledgerseal seal
        WHERE NOT EXISTS (
            SELECT FROM bookings_ledgerentry entry
            WHERE entry.id = seal.entry AND coalesce(entry.performance_id, 0) = seal.performance)
        UNION ALL
        SELECT 'chain of performance ' || performance || ' has gaps' FROM finance_ledgerseal
        GROUP BY performance HAVING max(position) <> count(*)
        """,
    ),
    Rule(
        "cash_in_till",
        "Every captured payment in cash and every cash refund is an entry of a till session.",
        """
        SELECT 'payment ' || payment.key || ' in cash has no till entry'
        FROM payments_payment payment
        WHERE payment.provider = 'cash' AND payment.status = 'captured' AND NOT EXISTS (
            SELECT FROM finance_tillentry entry
            WHERE entry.kind = 'sale' AND entry.payment_key = payment.key
              AND entry.amount = payment.amount AND entry.currency = payment.currency
              AND entry.session_id IS NOT NULL)
        UNION ALL
        SELECT 'refund ' || refund.key || ' in cash has no till entry'
        FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
        WHERE payment.provider = 'cash' AND refund.status IN ('sent', 'succeeded') AND NOT EXISTS (
            SELECT FROM finance_tillentry entry
            WHERE entry.kind = 'refund' AND entry.refund_key = refund.key
              AND entry.amount = -refund.amount AND entry.session_id IS NOT NULL)
        """,
    ),
    Rule(
        "till_has_payment",
        "Every sale and refund of a till is a captured payment or a refund that was paid out.",
        """
        SELECT 'till entry ' || entry.id || ' has no payment' FROM finance_tillentry entry
        WHERE entry.kind = 'sale' AND NOT EXISTS (
            SELECT FROM payments_payment payment
            WHERE payment.key = entry.payment_key AND payment.status = 'captured')
        UNION ALL
        SELECT 'till entry ' || entry.id || ' has no refund' FROM finance_tillentry entry
        WHERE entry.kind = 'refund' AND NOT EXISTS (
            SELECT FROM payments_refund refund
            WHERE refund.key = entry.refund_key AND refund.status IN ('sent', 'succeeded'))
        """,
    ),
    Rule(
        "till_balances",
        "What a closed till should have held is its float and its cash entries, in one currency.",
        """
        SELECT 'till session ' || session.id || ' expected ' || session.expected
               || ', its entries come to ' || session.opening_float + coalesce(sum(entry.amount), 0)
        FROM finance_tillsession session LEFT JOIN finance_tillentry entry
          ON entry.session_id = session.id AND entry.method = 'cash'
        WHERE session.closed_at IS NOT NULL
        GROUP BY session.id
        HAVING session.expected <> session.opening_float + coalesce(sum(entry.amount), 0)
        UNION ALL
        SELECT 'till session ' || session.id || ' has an entry in ' || entry.currency
        FROM finance_tillsession session JOIN finance_tillentry entry
          ON entry.session_id = session.id
        WHERE entry.currency <> session.currency
        """,
    ),
]
