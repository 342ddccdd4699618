"""Write to ticket holders: one e-mail for each address, handed to the e-mail queue by a worker.

A worker can be killed at any point and several can run at once. Each batch is a transaction that
locks the message, and records the orders that it handed over. The key of an e-mail contains the
message and the address, so that nobody gets two.
"""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.background import in_batches
from core.enqueue import enqueue_soon
from emails.kinds import Urgency
from emails.outbox import enqueue_emails
from emails.quiet_hours import next_allowed_time, recipient_zone
from shows.models import Performance

from ..exceptions import InvalidRequest
from ..ledger.recording import entry, record_all
from ..models import Audience, CustomerMessage, LedgerEntry, MessageRecipient, Order
from ..order_emails import order_email
from .message_audience import orders_of

KIND = "customer_message"
TASK = "bookings.tasks.enqueue_customer_messages"
BATCH = 200
# At night a message waits for the morning, unless the performance starts too soon after it.
AT_LEAST = timedelta(hours=3)

# {language: {"subject": …, "text": …}}
Texts = Mapping[str, Mapping[str, str]]


def send_message(
    *,
    performances: Collection[int],
    texts: Texts,
    audience: Audience,
    by: User,
    request_key: str,
) -> CustomerMessage:
    """Send a message to ticket holders of the performances; a task enqueues the e-mails.

    The same `request_key` sends it once. Raises `InvalidRequest` if nobody would get it.
    """
    with transaction.atomic(durable=True):
        message, is_new = CustomerMessage.objects.get_or_create(
            request_key=request_key,
            defaults={
                "texts": {code: dict(text) for code, text in texts.items()},
                "audience": audience.to_json(),
                "by": by,
            },
        )
        if is_new:
            if not orders_of(audience, performances).exists():
                raise InvalidRequest([_("No ticket holder matches this selection.")])
            message.performances.set(performances)
            enqueue_soon(TASK)
    return message


def note_to_ticket_holders(
    *, purpose: CustomerMessage.Purpose, performance: Performance, texts: Texts, key: str
) -> CustomerMessage | None:
    """Store the texts of staff to ticket holders of a cancelled or rescheduled performance.

    Runs in the caller's transaction. Returns None without a text.
    """
    written = {code: dict(text) for code, text in texts.items() if text["text"].strip()}
    if not written:
        return None
    message, is_new = CustomerMessage.objects.get_or_create(
        request_key=key,
        defaults={
            "purpose": purpose,
            "texts": written,
            "state": CustomerMessage.State.ENQUEUED,
        },
    )
    if is_new:
        message.performances.set([performance])
    return message


def enqueue_customer_messages() -> int:
    """Hand the recipients of all messages to the e-mail queue; return the number of batches.

    Must not run inside a transaction.
    """
    return in_batches(_enqueue_batch)


def due_time(performance: Performance, user: User | None, now: datetime) -> datetime | None:
    """Return when to send a message about a performance; None for at once, which is urgent.

    At once on the day of the performance, in the venue's time zone, and if the next morning would
    be too late; otherwise not at night, where the recipient is.
    """
    zone = performance.venue.zone
    starts = performance.starts_at
    if starts.astimezone(zone).date() == now.astimezone(zone).date() and starts > now:
        return None
    due = next_allowed_time(now, recipient_zone(user, zone))
    return None if now < starts < due + AT_LEAST else due


def _enqueue_batch() -> int:
    """Hand over the next orders of one message at one performance; return 0 if none is left."""
    with transaction.atomic(durable=True):
        queued = CustomerMessage.objects.queued().select_for_update(skip_locked=True)
        message = queued.order_by("pk").first()
        if message is None:
            return 0
        for performance in message.performances.select_related("venue").order_by("starts_at", "pk"):
            if orders := _next_orders(message, performance):
                _hand_over(message, performance, orders)
                return 1
        message.state = CustomerMessage.State.ENQUEUED
        message.save(update_fields=["state"])
    return 1


def _next_orders(message: CustomerMessage, performance: Performance) -> list[Order]:
    orders = orders_of(Audience.from_json(message.audience), [performance.pk])
    orders = orders.filter(paid_at__lte=message.created_at)
    orders = orders.exclude(messages__message=message)
    return list(orders.select_related("user").order_by("pk")[:BATCH])


def _hand_over(message: CustomerMessage, performance: Performance, orders: list[Order]) -> None:
    now = timezone.now()
    MessageRecipient.objects.bulk_create(
        [MessageRecipient(message=message, order=order) for order in orders]
    )
    enqueue_emails([_email(message, performance, order, now) for order in orders])
    record_all(
        *(
            entry(
                LedgerEntry.Kind.MESSAGE,
                performance_id=performance.pk,
                actor=f"staff:{message.by_id}" if message.by_id else "system",
                order=order.reference,
                detail={"message": message.pk, "reason": message.subject},
            )
            for order in orders
        )
    )


def _email(
    message: CustomerMessage, performance: Performance, order: Order, now: datetime
) -> dict[str, Any]:
    due_at = due_time(performance, order.user, now)
    return {
        **order_email(
            order, KIND, key=key_of(message, order.email), due_at=due_at, message=message.pk
        ),
        "urgency": Urgency.TICKETS if due_at is None else None,
    }


def key_of(message: CustomerMessage, address: str) -> str:
    """Return the key of the e-mail to this address, which is the same for all of its orders."""
    digest = hashlib.sha256(address.lower().encode()).hexdigest()[:32]
    return f"{KIND}:{message.pk}:{digest}"
