"""The rules of tax documents that the audit checks.

Documents are issued by a task, so a rule about one that is missing allows it an hour.
"""

from bookings.ledger.audit_rules import Rule

RULES = [
    Rule(
        "document_numbers_have_no_gaps",
        "Each seller's documents of a year are numbered from 1 without gaps.",
        """
        SELECT 'series ' || series.seller_id || ' of ' || series.year || ': ' || expected.number
               || ' is missing'
        FROM finance_numberseries series
        CROSS JOIN LATERAL generate_series(1, series.last) AS expected (number)
        LEFT JOIN finance_document document
          ON document.seller_id = series.seller_id AND document.year = series.year
         AND document.sequence = expected.number
        WHERE document.id IS NULL
        UNION ALL
        SELECT 'document ' || document.number || ' is beyond the last number of its series'
        FROM finance_document document LEFT JOIN finance_numberseries series
          ON series.seller_id = document.seller_id AND series.year = document.year
        WHERE document.number <> '' AND (series.id IS NULL OR document.sequence > series.last)
        """,
    ),
    Rule(
        "document_files_fit_their_hash",
        "Every document's file is the one that was issued.",
        """
        SELECT 'file of document ' || document_id FROM finance_documentfile
        WHERE sha256 <> encode(sha256(content), 'hex')
        """,
    ),
    Rule(
        "document_has_file",
        "Every invoice and credit note has its file.",
        """
        SELECT 'document ' || document.number FROM finance_document document
        LEFT JOIN finance_documentfile file ON file.document_id = document.id
        WHERE file.id IS NULL AND document.number <> ''
          AND document.issued_at < now() - interval '1 hour'
        """,
    ),
    Rule(
        "invoice_issued",
        "Every requested invoice of a paid order has been issued.",
        """
        SELECT 'order ' || reference FROM bookings_order
        WHERE invoice_details IS NOT NULL AND status IN ('paid', 'cancelled')
          AND paid_at < now() - interval '1 hour'
        """,
    ),
    Rule(
        "refund_has_credit_note",
        "Every refund of an invoiced order has its credit note.",
        """
        SELECT 'refund ' || refund.key || ' of order ' || invoice."order"
        FROM finance_document invoice
        JOIN payments_payment payment
          ON payment.status = 'captured'
         AND (payment.purpose = invoice."order"
              OR starts_with(payment.purpose, invoice."order" || '-'))
        JOIN payments_refund refund ON refund.payment_id = payment.id
        LEFT JOIN finance_documentrefund done ON done.refund_id = refund.id
        WHERE invoice.kind = 'invoice' AND invoice.source LIKE 'order:%' AND done.id IS NULL
          AND refund.key NOT LIKE 'not-fulfilled:%' AND refund.key NOT LIKE 'unknown:%'
          AND refund.status <> 'withdrawn' AND refund.created_at < now() - interval '1 hour'
        """,
    ),
    Rule(
        "documents_match_payments",
        "Invoices less credit notes of an order are what was paid or is due, less refunds.",
        """
        SELECT 'order ' || documents."order" || ': documents ' || documents.sum
               || ', payments ' || coalesce(paid.sum, 0)
        FROM (
            SELECT "order", sum(CASE kind WHEN 'invoice' THEN gross ELSE -gross END) AS sum
            FROM finance_document WHERE number <> '' GROUP BY "order") documents
        CROSS JOIN LATERAL (
            SELECT sum(payment.amount - coalesce(back.sum, 0)) AS sum
            FROM payments_payment payment
            LEFT JOIN bookings_ticketchange change ON change.reference = payment.purpose
            LEFT JOIN finance_documentchange done ON done.change_id = change.id
            CROSS JOIN LATERAL (
                SELECT sum(refund.amount) AS sum FROM payments_refund refund
                LEFT JOIN finance_documentrefund credited ON credited.refund_id = refund.id
                WHERE refund.payment_id = payment.id
                  AND (credited.id IS NOT NULL OR refund.key LIKE 'not-fulfilled:%'
                       OR refund.key LIKE 'unknown:%')) AS back
            WHERE payment.status = 'captured'
              AND (payment.purpose = documents."order"
                   OR (starts_with(payment.purpose, documents."order" || '-')
                       AND (done.id IS NOT NULL OR back.sum = payment.amount)))) AS paid
        LEFT JOIN bookings_order o ON o.reference = documents."order"
        WHERE documents.sum <> CASE o.status WHEN 'reserved' THEN o.total
                                             ELSE coalesce(paid.sum, 0) END
          -- Its credit note, or its new invoice, is issued by a task.
          AND NOT (o.status = 'lapsed' AND documents.sum = o.total)
          AND NOT (o.paid_at > now() - interval '1 hour' AND documents.sum = 0)
        """,
    ),
    Rule(
        "lapsed_invoice_credited",
        "Every invoice of an order that was not paid in time has its credit note.",
        """
        SELECT 'invoice ' || invoice.number || ' of order ' || o.reference
        FROM finance_document invoice JOIN bookings_order o ON o.reference = invoice."order"
        WHERE invoice.kind = 'invoice' AND o.status = 'lapsed' AND NOT EXISTS (
            SELECT FROM finance_document note WHERE note.source = 'lapsed:' || invoice.id)
          AND NOT EXISTS (
            SELECT FROM bookings_ledgerentry entry
            WHERE entry."order" = o.reference AND entry.kind IN ('lapse', 'release')
              AND entry.at > now() - interval '1 hour')
        """,
    ),
    Rule(
        "document_tax_adds_up",
        "The amounts of a document are those of its lines and of its rates.",
        """
        SELECT 'document ' || document.id || ' of order ' || document."order"
        FROM finance_document document
        CROSS JOIN LATERAL (
            SELECT sum(gross) AS gross, sum(net) AS net
            FROM jsonb_to_recordset(document.content->'lines') AS line (gross numeric, net numeric)
        ) AS lines
        CROSS JOIN LATERAL (
            SELECT sum(gross) AS gross, sum(net) AS net, sum(tax) AS tax,
                   bool_and(gross = net + tax) AS adds_up
            FROM jsonb_to_recordset(document.content->'taxes')
              AS rate (gross numeric, net numeric, tax numeric)) AS taxes
        WHERE NOT taxes.adds_up
           OR (document.gross, document.net, document.tax)
              IS DISTINCT FROM (taxes.gross, taxes.net, taxes.tax)
           OR (document.gross, document.net) IS DISTINCT FROM (lines.gross, lines.net)
        """,
    ),
]
