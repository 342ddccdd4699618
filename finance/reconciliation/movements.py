"""Calculate what the payment providers owe us: payments, refunds and disputes less payouts.

An *item* is a payment, refund or dispute. Each has one or several *events* here (a dispute is taken
and perhaps returned), and *lines* of payouts at the provider. The sum of an item's events less its
lines is not paid out yet. Fees count on the day of the payout that reports them, so that a month
that has been closed does not change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

ZERO = Decimal(0)

# Of one item each: (provider, currency, kind, item, time, amount, amount of the item). A refund
# that staff made by other means is not the provider's.
EVENTS = """
SELECT provider, currency, 'payment' AS kind, id AS item, captured_at AS at, amount,
       amount AS size
FROM payments_payment WHERE status = 'captured' AND provider = ANY(%(providers)s)
UNION ALL
SELECT payment.provider, payment.currency, 'refund', refund.id, refund.sent_at, -refund.amount,
       refund.amount
FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
WHERE refund.status IN ('sent', 'succeeded') AND refund.paid_out_by = ''
  AND payment.provider = ANY(%(providers)s)
UNION ALL
SELECT payment.provider, payment.currency, 'dispute', dispute.id, moved.at,
       moved.direction * dispute.amount, dispute.amount
FROM payments_dispute dispute JOIN payments_payment payment ON payment.id = dispute.payment_id
CROSS JOIN LATERAL (VALUES (dispute.created_at, -1), (dispute.closed_at, 1))
    AS moved (at, direction)
WHERE payment.provider = ANY(%(providers)s)
  AND (dispute.takes_money AND moved.direction = -1 OR dispute.status = 'won')
"""
LINES = """
SELECT payout.provider, payout.currency,
       CASE WHEN line.dispute_id IS NOT NULL THEN 'dispute' WHEN line.refund_id IS NOT NULL
            THEN 'refund' ELSE 'payment' END AS kind,
       coalesce(line.dispute_id, line.refund_id, line.payment_id) AS item, payout.created_at AS at,
       -line.gross AS amount, coalesce(dispute.amount, refund.amount, payment.amount) AS size
FROM payments_payoutline line JOIN payments_payout payout ON payout.id = line.payout_id
LEFT JOIN payments_payment payment ON payment.id = line.payment_id
LEFT JOIN payments_refund refund ON refund.id = line.refund_id
LEFT JOIN payments_dispute dispute ON dispute.id = line.dispute_id
WHERE line.kind = 'payment' AND line.payment_id IS NOT NULL
   OR line.kind = 'refund' AND line.refund_id IS NOT NULL
   OR line.kind = 'dispute' AND line.dispute_id IS NOT NULL
"""
OUTSTANDING = f"""
SELECT provider, currency, kind, item, sum(amount), max(size), max(at), bool_or(is_line)
FROM (SELECT *, false AS is_line FROM ({EVENTS}) AS event
      UNION ALL SELECT *, true FROM ({LINES}) AS line) AS movement
WHERE at < %(until)s GROUP BY provider, currency, kind, item HAVING sum(amount) <> 0
ORDER BY max(at), kind, item
"""
# Sums of a period by (provider, currency) and kind.
SUMS = f"""
SELECT provider, currency, kind, sum(amount) FROM ({EVENTS}) AS event
WHERE at >= %(since)s AND at < %(until)s GROUP BY provider, currency, kind
UNION ALL
SELECT payout.provider, payout.currency, 'fee',
       sum(CASE line.kind WHEN 'fee' THEN line.net ELSE -line.fee END)
FROM payments_payoutline line JOIN payments_payout payout ON payout.id = line.payout_id
WHERE payout.created_at >= %(since)s AND payout.created_at < %(until)s
GROUP BY payout.provider, payout.currency
UNION ALL
SELECT payout.provider, payout.currency, 'other', sum(line.gross)
FROM payments_payoutline line JOIN payments_payout payout ON payout.id = line.payout_id
WHERE line.kind = 'other' AND payout.created_at >= %(since)s AND payout.created_at < %(until)s
GROUP BY payout.provider, payout.currency
UNION ALL
SELECT provider, currency, 'payout', -sum(amount) FROM payments_payout
WHERE status <> 'failed' AND created_at >= %(since)s AND created_at < %(until)s
GROUP BY provider, currency
"""
BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Outstanding:
    """An item that the provider's payouts do not contain, or with another amount.

    `amount` is the difference, positive for money that the provider owes us. `size` is the amount
    of the item itself, `since` its last event or line.
    """

    provider: str
    currency: str
    kind: str
    item: int
    amount: Decimal
    size: Decimal
    since: datetime
    has_line: bool

    @property
    def is_whole(self) -> bool:
        """Whether the whole item is missing, not a part of it."""
        return abs(self.amount) == self.size


def outstanding_items(until: datetime) -> Iterator[Outstanding]:
    """Yield the items that payouts made before `until` do not contain, the oldest first."""
    for row in _rows(OUTSTANDING, until=until):
        yield Outstanding(*row)


def sums_between(since: datetime, until: datetime) -> dict[tuple[str, str], dict[str, Decimal]]:
    """Return the movements of each (provider, currency) by kind; outgoing money is negative.

    Kinds are payment, refund, dispute, fee, other and payout.
    """
    sums: dict[tuple[str, str], dict[str, Decimal]] = {}
    for provider, currency, kind, amount in _rows(SUMS, since=since, until=until):
        sums.setdefault((provider, currency), {})[kind] = amount
    return sums


def balances_at(until: datetime) -> dict[tuple[str, str], Decimal]:
    """Return what each provider owes us before `until`, by (provider, currency)."""
    sums = sums_between(BEGINNING, until)
    return {key: sum(kinds.values(), ZERO) for key, kinds in sums.items()}


def providers() -> list[str]:
    """Return the names of the providers that make payouts."""
    return list(settings.REAL_PAYMENT_PROVIDERS)


def _rows(query: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"providers": providers(), **values})
        rows: list[Any] = cursor.fetchall()
        return rows
