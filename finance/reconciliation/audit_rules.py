"""The rules of payouts and of the journal that the audit checks.

Unexplained amounts become tasks within an hour, so the rule about missing tasks allows two.
"""

from bookings.ledger.audit_rules import Rule

RULES = [
    Rule(
        "payouts_are_explained",
        "Every payout is the sum of its movements, and each is a payment, refund, dispute, fee or "
        "task.",
        """
        SELECT 'payout ' || payout.provider_reference || ' of ' || payout.amount
               || ', its movements come to ' || coalesce(lines.net, 0)
        FROM payments_payout payout CROSS JOIN LATERAL (
            SELECT sum(net) AS net FROM payments_payoutline WHERE payout_id = payout.id) AS lines
        WHERE payout.is_complete AND payout.amount <> coalesce(lines.net, 0)
          AND payout.fetched_at < now() - interval '2 hours' AND NOT EXISTS (
            SELECT FROM finance_reconciliationtask
            WHERE key = 'payout:' || payout.id || ':sum')
        UNION ALL
        SELECT 'movement ' || line.provider_reference || ' of ' || line.gross || ' in payout '
               || payout.provider_reference
        FROM payments_payoutline line JOIN payments_payout payout ON payout.id = line.payout_id
        WHERE line.gross <> 0 AND payout.fetched_at < now() - interval '2 hours'
          AND CASE line.kind WHEN 'payment' THEN line.payment_id IS NULL
              WHEN 'refund' THEN line.refund_id IS NULL
              WHEN 'dispute' THEN line.dispute_id IS NULL
              WHEN 'returned' THEN line.returned_payout_id IS NULL
              ELSE line.kind = 'other' END
          AND NOT EXISTS (
            SELECT FROM finance_reconciliationtask WHERE key = 'line:' || line.id)
        UNION ALL
        SELECT 'payment ' || payment.key || ' of ' || payment.amount || ', in payouts '
               || sum(line.gross)
        FROM payments_payoutline line
        JOIN payments_payout payout ON payout.id = line.payout_id
        JOIN payments_payment payment ON payment.id = line.payment_id
        WHERE line.kind = 'payment' AND payout.fetched_at < now() - interval '2 hours'
          AND NOT EXISTS (
            SELECT FROM finance_reconciliationtask WHERE key = 'payment:' || payment.id)
        GROUP BY payment.id
        HAVING sum(line.gross) NOT IN (0, payment.amount)
        """,
    ),
    Rule(
        "bank_line_of_payout",
        "Every payout has the amount of its line on the bank statement, or a task.",
        """
        SELECT 'payout ' || payout.provider_reference || ' of ' || payout.amount
               || ', on the bank statement ' || line.amount
        FROM finance_banktransfer line JOIN payments_payout payout ON payout.id = line.payout_id
        WHERE (line.amount <> payout.amount OR line.currency <> payout.currency)
          AND line.decided_at < now() - interval '2 hours' AND NOT EXISTS (
            SELECT FROM finance_reconciliationtask
            WHERE key = 'payout:' || payout.id || ':bank')
        """,
    ),
    Rule(
        "journal_balances",
        "Every payment is split into accounts to the cent: it is what its order or change costs.",
        """
        SELECT 'payment ' || payment.key || ' of ' || payment.amount || ', order '
               || o.reference || ' of ' || o.total
        FROM payments_payment payment JOIN bookings_order o ON o.reference = payment.purpose
        WHERE payment.status = 'captured'
          AND (payment.amount <> o.total OR payment.currency <> o.currency)
          AND NOT EXISTS (
            SELECT FROM payments_refund refund WHERE refund.payment_id = payment.id
              AND (refund.key LIKE 'not-fulfilled:%' OR refund.key LIKE 'unknown:%'))
        UNION ALL
        SELECT 'payment ' || payment.key || ' of ' || payment.amount || ', change '
               || change.reference || ' of ' || change.difference
        FROM payments_payment payment
        JOIN bookings_ticketchange change ON change.reference = payment.purpose
        CROSS JOIN LATERAL (
            SELECT sum((line->>'price')::numeric - (line->>'old_price')::numeric) AS more
            FROM jsonb_array_elements(change.lines) AS line) AS lines
        WHERE payment.status = 'captured' AND change.status = 'applied'
          AND (payment.amount <> change.difference OR lines.more <> change.difference)
          AND NOT EXISTS (
            SELECT FROM payments_refund refund WHERE refund.payment_id = payment.id
              AND (refund.key LIKE 'not-fulfilled:%' OR refund.key LIKE 'unknown:%'))
        """,
    ),
    Rule(
        "settlement_is_whole",
        "Every issued settlement has the hash of its PDF, and its heads are those of the log.",
        """
        SELECT 'settlement ' || id || ': PDF' FROM finance_settlement
        WHERE status = 'issued' AND pdf_sha256 <> encode(sha256(pdf), 'hex')
        UNION ALL
        SELECT 'settlement ' || settlement.id || ': performance ' || head.key
        FROM finance_settlement settlement CROSS JOIN jsonb_each_text(settlement.heads) AS head
        WHERE settlement.status = 'issued' AND NOT EXISTS (
            SELECT FROM finance_ledgerseal seal
            WHERE seal.performance = head.key::bigint
              AND seal.position = split_part(head.value, ':', 1)::int
              AND seal.hash = split_part(head.value, ':', 2))
        """,
    ),
]
