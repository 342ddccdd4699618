"""Hand-written SQL that every payment runs; see `core.database.rows` for the reason."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from core.database.rows import columns_of, fetch, run

from .models import DemoCharge, Payment

AnyModel = TypeVar("AnyModel", bound=Model)

SELECT_PAYMENT = f"SELECT {columns_of(Payment)} FROM payments_payment "
BY_KEY = "WHERE provider = %(provider)s AND key = %(key)s"
LOCKED = "WHERE id = %(pk)s FOR NO KEY UPDATE"

INSERT_PAYMENT = f"""
INSERT INTO payments_payment (key, purpose, provider, provider_reference, amount, currency,
                              description, return_url, status, failure)
VALUES (%(key)s, %(purpose)s, %(provider)s, '', %(amount)s, %(currency)s,
        %(description)s, %(return_url)s, 'open', '')
ON CONFLICT DO NOTHING RETURNING {columns_of(Payment)}
"""

UPDATE_OUTCOME = """
UPDATE payments_payment
SET status = %(status)s::text, failure = %(failure)s, provider_reference = %(reference)s,
    card = %(card)s, method = %(method)s,
    captured_at = CASE WHEN %(status)s::text = 'captured' THEN clock_timestamp() END
WHERE id = %(payment)s RETURNING captured_at
"""

INSERT_CHARGE = """
INSERT INTO payments_democharge (key, amount, currency, description, return_url, status, refunded,
                                 refunds, webhook_count)
VALUES (%(key)s, %(amount)s, %(currency)s, %(description)s, %(return_url)s, 'open', 0, '{}', 1)
ON CONFLICT DO NOTHING
"""

SELECT_CHARGE = f"SELECT {columns_of(DemoCharge)} FROM payments_democharge WHERE key = %(key)s"
# The same as `DemoCharge.objects.outcome_known()`.
OUTCOME_KNOWN = " AND status <> 'open' AND (webhook_at IS NULL OR webhook_at <= now())"

DECIDE_CHARGE = """
UPDATE payments_democharge
SET status = %(status)s, webhook_at = now() + %(after)s::interval, webhook_count = %(times)s
WHERE id = %(charge)s AND status = 'open' RETURNING id
"""

# Captured payments, as `for_purpose_and_additions()` selects them, and their refunds.
SELECT_RECEIPTS = """
SELECT payment.id, payment.amount, payment.captured_at, refund.amount, refund.sent_at
FROM payments_payment payment LEFT JOIN payments_refund refund ON refund.payment_id = payment.id
WHERE payment.status = 'captured' AND (payment.purpose = %s OR payment.purpose LIKE %s)
ORDER BY payment.captured_at, payment.id, refund.created_at
"""


def insert_payment(**values: Any) -> Payment | None:
    """Insert an open payment. Return it, or None if its purpose has an open one already.

    Uses ON CONFLICT, because an IntegrityError would abort the caller's transaction.
    """
    return _first(Payment, INSERT_PAYMENT, values)


def find_payment(*, provider: str, key: str) -> Payment | None:
    return _first(Payment, SELECT_PAYMENT + BY_KEY, {"provider": provider, "key": key})


def lock_payment(pk: int) -> Payment:
    """Lock the payment (FOR NO KEY UPDATE) and return it; events can still be inserted."""
    payment = _first(Payment, SELECT_PAYMENT + LOCKED, {"pk": pk})
    if payment is None:
        raise Payment.DoesNotExist(pk)
    return payment


def write_outcome(payment: Payment) -> None:
    """Save the payment's status; a captured payment gets the database's time."""
    values = {
        "payment": payment.pk,
        "status": payment.status,
        "failure": payment.failure,
        "reference": payment.provider_reference,
        "card": payment.card,
        "method": payment.method,
    }
    ((payment.captured_at,),) = run(UPDATE_OUTCOME, values)


def read_receipts(
    purpose: str,
) -> list[tuple[int, Decimal, datetime, Decimal | None, datetime | None]]:
    """Return (payment ID, amount, captured at, refunded amount, refunded at), one row per refund.

    A payment without refunds has one row with None.
    """
    # Not prepared: the index serves LIKE only when the prefix is known to the planner.
    with connection.cursor() as cursor:
        cursor.execute(SELECT_RECEIPTS, [purpose, f"{purpose}-%"])
        rows: list[tuple[int, Decimal, datetime, Decimal | None, datetime | None]]
        rows = cursor.fetchall()
        return rows


def insert_charge(payment: Payment) -> None:
    """Insert a charge into the demo bank's records unless it exists."""
    values = {
        "key": payment.key,
        "amount": payment.amount,
        "currency": payment.currency,
        "description": payment.description,
        "return_url": payment.return_url,
    }
    run(INSERT_CHARGE, values)


def find_charge(key: str) -> DemoCharge | None:
    """Return the demo bank's charge, or None."""
    return _first(DemoCharge, SELECT_CHARGE, {"key": key})


def find_decided_charge(key: str) -> DemoCharge | None:
    """Return the charge if its outcome is known, else None."""
    return _first(DemoCharge, SELECT_CHARGE + OUTCOME_KNOWN, {"key": key})


def decide_charge(charge: DemoCharge, *, status: str, after: timedelta | None, times: int) -> bool:
    """Close an open charge; return whether it was open.

    With `after`, its webhook is due when that time has passed.
    """
    values = {"charge": charge.pk, "status": status, "after": after, "times": times}
    return bool(run(DECIDE_CHARGE, values))


def _first(model: type[AnyModel], query: str, values: dict[str, Any]) -> AnyModel | None:
    found: list[AnyModel] = fetch(model, query, values)
    return found[0] if found else None
