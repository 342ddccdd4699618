"""Turn entries of the transaction log into events, and into a delivery for each subscriber.

A database trigger records the entries that matter in `OutboxEvent`, in their own transaction. Each
row is processed here once: events and deliveries are created in the transaction that deletes it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

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


def publish_events(batch: int = 100) -> int:
    """Publish up to `batch` rows of the outbox; return how many.

    Call it outside a transaction. Several may run at once: a row is locked by one of them, and an
    event has a unique key, so that it is created once.
    """
    with transaction.atomic(durable=True):
        rows = list(OutboxEvent.objects.order_by("pk").select_for_update(skip_locked=True)[:batch])
        entries = LedgerEntry.objects.filter(pk__in=[row.entry for row in rows]).order_by("pk")
        endpoints = list(Endpoint.objects.enabled())
        published = [
            entry.pk
            for entry in entries.select_related("performance__show", "performance__venue")
            if _publish(entry, endpoints)
        ]
        OutboxEvent.objects.filter(entry__in=published).delete()
    return len(published)


def ping(*, endpoint: Endpoint) -> Delivery:
    """Create a test event for the endpoint; return its delivery."""
    with transaction.atomic():
        event = Event(type=PING, at=timezone.now())
        event.key, event.body = event.pk, body_of(PING, event.at, {"webhook": endpoint.pk})
        event.save(force_insert=True)
        delivery = Delivery.objects.create(endpoint=endpoint, event=event)
        enqueue_soon("api.tasks.deliver_webhooks")
    return delivery


def _publish(entry: LedgerEntry, endpoints: Sequence[Endpoint]) -> bool:
    """Create the events and deliveries of an entry; return whether that was possible.

    An entry that fails stays in the outbox and does not delay any other.
    """
    try:
        with transaction.atomic():
            for key, kind, data in events_of(entry):
                _create(key, kind, entry.at, data, endpoints)
    except Exception:
        logger.exception("Entry %s of the transaction log could not be published.", entry.pk)
        return False
    return True


def _create(
    key: str, kind: str, at: datetime, data: dict[str, Any], endpoints: Sequence[Endpoint]
) -> None:
    event = Event(key=key, type=kind, at=at, body=body_of(kind, at, data))
    subscribers = [endpoint for endpoint in endpoints if kind in endpoint.events]
    if not subscribers:
        return
    Event.objects.bulk_create([event], ignore_conflicts=True)
    if Event.objects.filter(pk=event.pk).exists():  # Else it has been published before.
        Delivery.objects.bulk_create(
            Delivery(endpoint=endpoint, event=event) for endpoint in subscribers
        )
