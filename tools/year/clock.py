"""Move what was written just now to the simulated day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from tools.payments_sandbox.sandbox import Sandbox

# The times that reports and the audit read. Ends of reservations, holds and refunds to try again
# stay as they are: the operations compare them with the database's clock.
COLUMNS = {
    "payments_payment": ["created_at", "captured_at"],
    "payments_refund": ["created_at", "sent_at"],
    "payments_dispute": ["created_at", "closed_at"],
    "finance_tillsession": ["opened_at", "closed_at"],
    "finance_tillentry": ["created_at"],
    "bookings_order": ["created_at", "paid_at", "cancelled_at"],
    "bookings_ledgerentry": ["at"],
}
# Of these tables a trigger refuses all changes. The log is moved before it is sealed.
PROTECTED = ["finance_tillsession", "finance_tillentry", "bookings_ledgerentry"]


class SimulatedTime:
    """The time in the simulated year: that of the sandbox's clock."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._moved_until = timezone.now()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._sandbox.clock.now(), UTC)

    def today(self) -> date:
        return timezone.localdate(self.now())

    def pass_until(self, when: datetime) -> None:
        """Let the provider's clock advance, which does what is due by then."""
        seconds = (when - self.now()).total_seconds()
        if seconds > 0:
            self._sandbox.advance(seconds)

    def move_rows(self) -> None:
        """Move what was written since the last call by as much as the clock differs."""
        shift = self.now() - timezone.now()
        since, self._moved_until = self._moved_until, timezone.now()
        with _unprotected(), connection.cursor() as cursor:
            for table, columns in COLUMNS.items():
                moved = "{0} = CASE WHEN {0} >= %(since)s THEN {0} + %(shift)s ELSE {0} END"
                changes = ", ".join(moved.format(name) for name in columns)
                written = " OR ".join(f"{name} >= %(since)s" for name in columns)
                cursor.execute(
                    f"UPDATE {table} SET {changes} WHERE {written}",
                    {"since": since, "shift": shift},
                )


@contextmanager
def _unprotected() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        for table in PROTECTED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in PROTECTED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def days_of(start: date, count: int) -> list[datetime]:
    """Return the morning of each simulated day."""
    zone = timezone.get_default_timezone()
    mornings = (start + timedelta(days=number) for number in range(count))
    return [datetime(day.year, day.month, day.day, 9, tzinfo=zone) for day in mornings]
