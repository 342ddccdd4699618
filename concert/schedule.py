"""What the clock has done, and how often, in seconds."""

SCHEDULE = {
    # Lost or late, it does no harm: pages that ask for the mark move the queue on as well.
    "admit": {"task": "waitingroom.tasks.admit", "schedule": 1.0, "options": {"expires": 2.0}},
    "forget-households": {"task": "waitingroom.tasks.forget_households", "schedule": 600.0},
    "sweep-lapsed-holds": {"task": "bookings.tasks.sweep_lapsed_holds", "schedule": 60.0},
    "count-places-left": {"task": "bookings.tasks.count_places_left", "schedule": 60.0},
    "give-back-what-was-called-off": {
        "task": "bookings.tasks.refund_cancelled_performances",
        "schedule": 60.0,
    },
    "release-allocations": {"task": "bookings.tasks.release_allocations", "schedule": 60.0},
    "settle-open-payments": {"task": "payments.tasks.settle_open_payments", "schedule": 60.0},
    "tell-demo-outcomes": {"task": "payments.tasks.send_demo_webhooks", "schedule": 10.0},
    "send-refunds": {"task": "payments.tasks.send_refunds", "schedule": 30.0},
    "render-emails": {"task": "emails.tasks.render_due_emails", "schedule": 30.0},
    "send-emails": {"task": "emails.tasks.send_queued_emails", "schedule": 30.0},
    "owe-reminders": {"task": "bookings.tasks.enqueue_reminders", "schedule": 600.0},
    "owe-alerts": {"task": "shows.tasks.enqueue_on_sale_alerts", "schedule": 600.0},
    "owe-visit-reminders": {"task": "shows.tasks.enqueue_daily_digests", "schedule": 600.0},
    "owe-monthly-letters": {"task": "bookings.tasks.enqueue_monthly_emails", "schedule": 1800.0},
    "erase-old-emails": {"task": "emails.tasks.erase_old_emails", "schedule": 3600.0},
    "forget-old-claims": {"task": "api.tasks.delete_old_idempotency_records", "schedule": 3600.0},
    "tell-webhooks": {
        "task": "api.tasks.deliver_webhooks",
        "schedule": 3.0,
        "options": {"expires": 6.0},
    },
    "forget-old-events": {"task": "api.tasks.delete_old_events", "schedule": 3600.0},
    "forget-old-trail": {
        "task": "staff_activity.tasks.erase_old_staff_activity",
        "schedule": 3600.0,
    },
    "write-exports": {"task": "exports.tasks.write_exports", "schedule": 30.0},
    "forget-old-exports": {"task": "exports.tasks.delete_old_exports", "schedule": 3600.0},
    "forget-old-baskets": {"task": "bookings.tasks.delete_old_baskets", "schedule": 3600.0},
    "forget-old-guests": {"task": "bookings.tasks.anonymise_old_guests", "schedule": 6 * 3600.0},
    "forget-old-notices": {"task": "payments.tasks.delete_old_events", "schedule": 6 * 3600.0},
    "forget-old-sessions": {
        "task": "accounts.tasks.delete_expired_sessions",
        "schedule": 6 * 3600.0,
    },
    "forget-unproven-accounts": {
        "task": "accounts.tasks.delete_unverified_accounts",
        "schedule": 6 * 3600.0,
    },
    "index-shows": {"task": "shows.tasks.index_shows", "schedule": 3600.0},
}
