"""Delivering events: at least once each, in no promised order, for some days.

Each delivery is claimed in the database, sent, and marked. Who dies in between leaves the claim to
run out, and the same event, with the same id, is sent again: receivers pass over an id that they
have seen.
"""

import logging
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Delivery, Endpoint
from . import http_client
from .endpoints import disable
from .signing import headers_for

logger = logging.getLogger(__name__)

# After each failure the same delivery is tried again so much later: for three days and a half in
# all, so that a weekend without anybody in the office costs nothing.
PAUSES = [
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=12),
    *[timedelta(hours=16)] * 4,
]
MOST_ATTEMPTS = len(PAUSES) + 1
# An address that failed rests: 5, 10, 20 … seconds, at most ten minutes.
FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=10)
# One that has taken nothing for so long is switched off.
PATIENCE = timedelta(days=5)
# Who claims a delivery has it to itself for so long: longer than looking a name up, connecting
# and answering may take together.
CLAIM = timedelta(minutes=5)
AT_ONCE = 8
GONE = 410


def is_due() -> bool:
    """Return whether a delivery is due."""
    return Delivery.objects.due().exists()


def deliver(batch=2 * AT_ONCE):
    """Send up to `batch` deliveries that are due; return how many were taken up.

    Not inside a transaction. Several may run at once. The threads only speak to the addresses;
    what came of it is written here.
    """
    claimed = _claim(batch)
    if not claimed:
        return 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        under_way = {pool.submit(_send, delivery): delivery for delivery in claimed}
        for done in as_completed(under_way):
            _note(under_way[done], done.result())
    return len(claimed)


def replay(deliveries):
    """Send deliveries of a queryset again, whatever became of them; return how many.

    Each keeps its event's id, so that who has it already can tell.
    """
    return deliveries.update(status=Delivery.Status.WAITING, attempts=0, due_at=Now())


def _claim(batch):
    """Take deliveries that are due for a while, one try less each, and return them."""
    with transaction.atomic(durable=True):
        claimed = list(Delivery.objects.claimable(batch))
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in claimed]).update(
            attempts=F("attempts") + 1, due_at=Now() + CLAIM, tried_at=Now()
        )
    for delivery in claimed:
        delivery.attempts += 1
    return claimed


def _send(delivery):
    """Return the `Answer`, or words of what kept it from coming."""
    endpoint, event = delivery.endpoint, delivery.event
    body = event.body.encode()
    try:
        target = http_client.target_of(endpoint.url)
        headers = headers_for(endpoint, event_id=event.pk, body=body, at=timezone.now())
        return http_client.post(
            target, body=body, headers={"Content-Type": "application/json", **headers}
        )
    except http_client.Unreachable as error:
        return str(error)
    except Exception as error:
        logger.exception("Delivery %s could not be sent.", delivery.pk)
        return f"{type(error).__name__}: {error}"


def _note(delivery, answer):
    with transaction.atomic(durable=True):
        if isinstance(answer, http_client.Answer) and answer.is_taken:
            _note_taken(delivery, answer)
        else:
            _note_failure(delivery, answer)


def _note_taken(delivery, answer):
    # A claim that ran out meanwhile changes nothing: it has been taken, whoever sent it.
    Delivery.objects.filter(pk=delivery.pk).update(
        status=Delivery.Status.DELIVERED, delivered_at=Now(), **_told(answer)
    )
    Endpoint.objects.filter(pk=delivery.endpoint_id).exclude(failures=0).update(
        failures=0, failing_since=None, rests_until=None
    )


def _note_failure(delivery, answer):
    mine = Delivery.objects.waiting().filter(pk=delivery.pk, attempts=delivery.attempts)
    if delivery.attempts >= MOST_ATTEMPTS:
        mine.update(status=Delivery.Status.GIVEN_UP, **_told(answer))
    else:
        mine.update(due_at=Now() + PAUSES[delivery.attempts - 1], **_told(answer))
    endpoint = Endpoint.objects.select_for_update().get(pk=delivery.endpoint_id)
    now = timezone.now()
    if endpoint.rests_until is None or endpoint.rests_until <= now:
        # Those that were under way together are one failure of the address, not many.
        pause = min(FIRST_REST * 2 ** min(endpoint.failures, 20), LONGEST_REST)
        endpoint.failures += 1
        endpoint.failing_since = endpoint.failing_since or now
        endpoint.rests_until = now + pause
        endpoint.save(update_fields=["failures", "failing_since", "rests_until"])
    if isinstance(answer, http_client.Answer) and answer.status == GONE:
        disable(endpoint=endpoint, because=_("It answered that it is gone (410)."), tell=True)
    elif endpoint.failing_since <= now - PATIENCE:
        words = _("It has taken nothing for %d days.") % PATIENCE.days
        disable(endpoint=endpoint, because=words, tell=True)


def _told(answer):
    if isinstance(answer, http_client.Answer):
        return {"answer": answer.status, "words": answer.beginning.replace("\0", "")[:300]}
    return {"answer": None, "words": answer[:300]}
