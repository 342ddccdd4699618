"""What every payment reads and writes, by hand: see `core.database.rows` for why."""

from django.db import connection

from core.database.rows import columns_of, fetch, run

from .models import DemoCharge, Payment

PAYMENTS = f"SELECT {columns_of(Payment)} FROM payments_payment "
BY_KEY = "WHERE provider = %(provider)s AND key = %(key)s"
LOCKED = "WHERE id = %(pk)s FOR NO KEY UPDATE"

NEW_PAYMENT = f"""
INSERT INTO payments_payment (key, purpose, provider, provider_reference, amount, currency,
                              description, return_url, status, failure)
VALUES (%(key)s, %(purpose)s, %(provider)s, '', %(amount)s, %(currency)s,
        %(description)s, %(return_url)s, 'open', '')
ON CONFLICT DO NOTHING RETURNING {columns_of(Payment)}
"""

OUTCOME = """
UPDATE payments_payment
SET status = %(status)s::text, failure = %(failure)s, provider_reference = %(reference)s,
    card = %(card)s,
    captured_at = CASE WHEN %(status)s::text = 'captured' THEN clock_timestamp() END
WHERE id = %(payment)s RETURNING captured_at
"""

NEW_CHARGE = """
INSERT INTO payments_democharge (key, amount, currency, description, return_url, status, refunded,
                                 refunds, tell_times)
VALUES (%(key)s, %(amount)s, %(currency)s, %(description)s, %(return_url)s, 'open', 0, '{}', 1)
ON CONFLICT DO NOTHING
"""

CHARGES = f"SELECT {columns_of(DemoCharge)} FROM payments_democharge WHERE key = %(key)s"
# As `DemoCharge.objects.known()`.
KNOWN = " AND status <> 'open' AND (tell_at IS NULL OR tell_at <= now())"

DECISION = """
UPDATE payments_democharge
SET status = %(status)s, tell_at = now() + %(after)s::interval, tell_times = %(times)s
WHERE id = %(charge)s AND status = 'open' RETURNING id
"""


# What was captured for a purpose and for what was added to it, as `made_for_all_of()` has it.
RECEIPTS = """
SELECT payment.id, payment.amount, payment.captured_at, refund.amount, refund.sent_at
FROM payments_payment payment LEFT JOIN payments_refund refund ON refund.payment_id = payment.id
WHERE payment.status = 'captured' AND (payment.purpose = %s OR payment.purpose LIKE %s)
ORDER BY payment.captured_at, payment.id, refund.created_at
"""


def insert_payment(**values):
    """Insert an open payment. Return it, or None if its purpose has an open one already.

    Unlike an IntegrityError, a conflict that is passed over leaves the caller's transaction alive.
    """
    return _first(Payment, NEW_PAYMENT, values)


def find_payment(*, provider, key):
    return _first(Payment, PAYMENTS + BY_KEY, {"provider": provider, "key": key})


def lock_payment(pk):
    """Lock the payment itself. Others may still refer to it (events, refunds)."""
    return _first(Payment, PAYMENTS + LOCKED, {"pk": pk})


def write_outcome(payment):
    """Write what the payment has become; a captured one gets the database's time."""
    values = {
        "payment": payment.pk,
        "status": payment.status,
        "failure": payment.failure,
        "reference": payment.provider_reference,
        "card": payment.card,
    }
    ((payment.captured_at,),) = run(OUTCOME, values)


def read_receipts(purpose):
    """Return (payment, what it paid, when, what went back of it, when), a row for each refund."""
    # Not prepared: only a beginning that is known can be looked up in the index.
    with connection.cursor() as cursor:
        cursor.execute(RECEIPTS, [purpose, f"{purpose}-%"])
        return cursor.fetchall()


def insert_charge(payment):
    """Open a charge in the demo bank's books, unless it is there already."""
    values = {
        "key": payment.key,
        "amount": payment.amount,
        "currency": payment.currency,
        "description": payment.description,
        "return_url": payment.return_url,
    }
    run(NEW_CHARGE, values)


def find_charge(key):
    """Return the demo bank's charge, or None."""
    return _first(DemoCharge, CHARGES, {"key": key})


def find_known_charge(key):
    """Return the charge if the bank gives its outcome away, else None."""
    return _first(DemoCharge, CHARGES + KNOWN, {"key": key})


def decide_charge(charge, *, status, after, times):
    """Close a charge that is open, and tell of it `after` so long (None: nothing to remember).

    Return whether it was open.
    """
    values = {"charge": charge.pk, "status": status, "after": after, "times": times}
    return bool(run(DECISION, values))


def _first(model, query, values):
    found = fetch(model, query, values)
    return found[0] if found else None
