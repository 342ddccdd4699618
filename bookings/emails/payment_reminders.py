"""Remind customers of orders that await a transfer.

Runs every ten minutes, possibly twice at once or after an outage: the e-mail's key
("payment_reminder:<reference>:<last day, in UTC>") makes sure that each order has one, and another
one when its reservation is extended.
"""

from datetime import UTC, timedelta

from emails.outbox import enqueue_emails

from ..models import Order
from ..order_emails import order_email

KIND = "payment_reminder"
BEFORE = timedelta(days=2)
# Do not remind about new orders.
MIN_AGE = timedelta(days=1)
BATCH = 500


def enqueue_payment_reminders() -> int:
    """Enqueue a reminder for each order that can be paid for two more days; return how many.

    When it is rendered, an order that is no longer reserved gets none.
    """
    orders = Order.objects.payment_reminder_due(before=BEFORE, min_age=MIN_AGE)
    wanted = list(
        orders.without_payment_reminder(KIND).exclude(email="").select_related("user")[:BATCH]
    )
    enqueue_emails(
        [
            order_email(order, KIND, key=f"{KIND}:{order.reference}:{_day(order)}")
            for order in wanted
        ]
    )
    return len(wanted)


def _day(order: Order) -> str:
    return f"{order.payable_until.astimezone(UTC):%Y-%m-%d}" if order.payable_until else ""
