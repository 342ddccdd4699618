"""From lines of the transaction log to events, and to a delivery for each who listens.

The database notes the lines that matter in `Fact`, in their own transaction. Here each fact is
taken up once, and becomes events and deliveries in one transaction with its own end.
"""

import logging

from django.db import transaction
from django.utils import timezone

from bookings.models import LedgerEntry
from core.enqueue import enqueue_soon

from ..models import PING, Delivery, Endpoint, Event, OutboxEvent
from .bodies import body_of, events_of

logger = logging.getLogger(__name__)


def is_due() -> bool:
    """Return whether there is anything to publish."""
    return OutboxEvent.objects.exists()


def publish_events(batch=100):
    """Make up to `batch` facts into events; return how many there were.

    Not inside a transaction. Several may run at once: a fact is locked by one of them, and an
    event is named after its fact, so that it is made once.
    """
    with transaction.atomic(durable=True):
        facts = list(OutboxEvent.objects.order_by("pk").select_for_update(skip_locked=True)[:batch])
        lines = LedgerEntry.objects.filter(pk__in=[fact.entry for fact in facts]).order_by("pk")
        endpoints = list(Endpoint.objects.on())
        told = [
            line.pk
            for line in lines.select_related("performance__show", "performance__venue")
            if _tell(line, endpoints)
        ]
        OutboxEvent.objects.filter(entry__in=told).delete()
    return len(told)


def ping(*, endpoint):
    """Owe the endpoint an event that only says that it is listening; return its Delivery."""
    with transaction.atomic():
        event = Event(type=PING, at=timezone.now())
        event.key, event.body = event.pk, body_of(PING, event.at, {"webhook": endpoint.pk})
        event.save(force_insert=True)
        delivery = Delivery.objects.create(endpoint=endpoint, event=event)
        enqueue_soon("api.tasks.deliver_webhooks")
    return delivery


def _tell(line, endpoints):
    """Owe what the line says to those who listen; return whether that could be done.

    A line that cannot be told stays, and keeps no other one waiting.
    """
    try:
        with transaction.atomic():
            for key, kind, data in events_of(line):
                _owe(key, kind, line.at, data, endpoints)
    except Exception:
        logger.exception("Line %s of the log could not be told to webhooks.", line.pk)
        return False
    return True


def _owe(key, kind, at, data, endpoints):
    event = Event(key=key, type=kind, at=at, body=body_of(kind, at, data))
    listening = [endpoint for endpoint in endpoints if kind in endpoint.events]
    if not listening:
        return
    Event.objects.bulk_create([event], ignore_conflicts=True)
    if Event.objects.filter(pk=event.pk).exists():  # Else it has been told under another name.
        Delivery.objects.bulk_create(
            Delivery(endpoint=endpoint, event=event) for endpoint in listening
        )
