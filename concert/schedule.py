"""The schedule of Celery's beat. Intervals are in seconds.

Most tasks are also queued by the operation that makes work for them (`core.enqueue`); the schedule
finds what was missed.
"""

MINUTE, HOUR = 60.0, 3600.0

SCHEDULE = {
    "record-heartbeat": {
        "task": "core.tasks.record_heartbeat",
        "schedule": 30.0,
        "options": {"expires": MINUTE},
    },
    # A lost or late run does no harm: visitors who poll the queue status admit as well.
    "admit": {"task": "waitingroom.tasks.admit", "schedule": 3.0, "options": {"expires": 6.0}},
    "enqueue-turn-alerts": {
        "task": "waitingroom.tasks.enqueue_turn_alerts",
        "schedule": 10.0,
        "options": {"expires": 20.0},
    },
    "erase-households": {"task": "waitingroom.tasks.erase_households", "schedule": 10 * MINUTE},
    "sweep-lapsed-holds": {"task": "bookings.tasks.sweep_lapsed_holds", "schedule": MINUTE},
    "lapse-reservations": {"task": "bookings.tasks.lapse_reservations", "schedule": MINUTE},
    "enqueue-payment-reminders": {
        "task": "bookings.tasks.enqueue_payment_reminders",
        "schedule": 10 * MINUTE,
    },
    "count-places-left": {"task": "bookings.tasks.count_places_left", "schedule": MINUTE},
    "store-page-visits": {"task": "bookings.tasks.store_page_visits", "schedule": 5 * MINUTE},
    "refund-cancelled-performances": {
        "task": "bookings.tasks.refund_cancelled_performances",
        "schedule": MINUTE,
    },
    "enqueue-customer-messages": {
        "task": "bookings.tasks.enqueue_customer_messages",
        "schedule": MINUTE,
    },
    "release-allocations": {"task": "bookings.tasks.release_allocations", "schedule": MINUTE},
    "issue-documents": {"task": "finance.tasks.issue_documents", "schedule": MINUTE},
    "issue-missed-documents": {"task": "finance.tasks.issue_missed_documents", "schedule": HOUR},
    "settle-open-payments": {"task": "payments.tasks.settle_open_payments", "schedule": MINUTE},
    "close-pages": {"task": "payments.tasks.close_pages", "schedule": 30.0},
    "settle-sent-refunds": {
        "task": "payments.tasks.settle_sent_refunds",
        "schedule": 10 * MINUTE,
    },
    "fetch-payouts": {"task": "payments.tasks.fetch_payouts", "schedule": 6 * HOUR},
    "send-demo-webhooks": {"task": "payments.tasks.send_demo_webhooks", "schedule": 10.0},
    "match-bank-transfers": {"task": "finance.tasks.match_bank_transfers", "schedule": 5 * MINUTE},
    "reconcile": {"task": "finance.tasks.reconcile", "schedule": HOUR},
    "send-refunds": {"task": "payments.tasks.send_refunds", "schedule": 30.0},
    "render-due-emails": {"task": "emails.tasks.render_due_emails", "schedule": 30.0},
    "send-queued-emails": {"task": "emails.tasks.send_queued_emails", "schedule": 30.0},
    "enqueue-reminders": {"task": "bookings.tasks.enqueue_reminders", "schedule": 10 * MINUTE},
    "enqueue-on-sale-alerts": {
        "task": "shows.tasks.enqueue_on_sale_alerts",
        "schedule": 10 * MINUTE,
    },
    "enqueue-daily-digests": {"task": "shows.tasks.enqueue_daily_digests", "schedule": 10 * MINUTE},
    "enqueue-monthly-emails": {
        "task": "bookings.tasks.enqueue_monthly_emails",
        "schedule": 30 * MINUTE,
    },
    "deliver-webhooks": {
        "task": "api.tasks.deliver_webhooks",
        "schedule": 5.0,
        "options": {"expires": 10.0},
    },
    "update-passes": {
        "task": "wallets.tasks.update_passes",
        "schedule": MINUTE,
        "options": {"expires": MINUTE},
    },
    "write-exports": {"task": "exports.tasks.write_exports", "schedule": 30.0},
    "seal-ledger": {"task": "finance.tasks.seal_ledger", "schedule": MINUTE},
    "index-shows": {"task": "shows.tasks.index_shows", "schedule": HOUR},
    # Retention: see the KEEP_… settings.
    "erase-old-emails": {"task": "emails.tasks.erase_old_emails", "schedule": HOUR},
    "delete-old-idempotency-records": {
        "task": "api.tasks.delete_old_idempotency_records",
        "schedule": HOUR,
    },
    "delete-old-webhook-events": {"task": "api.tasks.delete_old_events", "schedule": HOUR},
    "erase-old-staff-activity": {
        "task": "staff_activity.tasks.erase_old_staff_activity",
        "schedule": HOUR,
    },
    "delete-old-exports": {"task": "exports.tasks.delete_old_exports", "schedule": HOUR},
    "delete-old-turn-alerts": {
        "task": "waitingroom.tasks.delete_old_turn_alerts",
        "schedule": HOUR,
    },
    "delete-old-passes": {"task": "wallets.tasks.delete_old_passes", "schedule": HOUR},
    "delete-old-baskets": {"task": "bookings.tasks.delete_old_baskets", "schedule": HOUR},
    "anonymise-old-guests": {"task": "bookings.tasks.anonymise_old_guests", "schedule": 6 * HOUR},
    "erase-payers": {"task": "finance.tasks.erase_payers", "schedule": 6 * HOUR},
    "delete-old-documents": {"task": "finance.tasks.delete_old_documents", "schedule": 6 * HOUR},
    "delete-old-provider-events": {
        "task": "payments.tasks.delete_old_events",
        "schedule": 6 * HOUR,
    },
    "delete-expired-sessions": {
        "task": "accounts.tasks.delete_expired_sessions",
        "schedule": 6 * HOUR,
    },
    "delete-unverified-accounts": {
        "task": "accounts.tasks.delete_unverified_accounts",
        "schedule": 6 * HOUR,
    },
}
