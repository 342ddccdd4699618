"""Deliver events: at least once each, in no guaranteed order, for some days.

Each delivery is leased (see `core.leases`), sent, and recorded. A slow receiver gets nothing twice
while the worker lives, and what a killed worker has left is sent within a minute, with the same id:
receivers ignore an id that they have seen.
"""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from core.leases import is_free, lease_end, renewing

from ..models import Delivery, Endpoint
from . import http_client
from .endpoints import disable
from .signing import headers_for

logger = logging.getLogger(__name__)

# The delays before the retries of a delivery: three days and a half in total, so that nothing is
# lost over a weekend.
RETRY_DELAYS = [
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=12),
    *[timedelta(hours=16)] * 4,
]
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1
# An endpoint that failed is paused: 5, 10, 20 … seconds, at most ten minutes.
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
# An endpoint that has accepted nothing for so long is disabled.
DISABLED_AFTER = timedelta(days=5)
# Seconds between two calls of `keep_alive`.
KEEP_ALIVE_EVERY = 5.0
AT_ONCE = 8
GONE = 410

Outcome = http_client.Response | str


def is_due() -> bool:
    """Return whether a delivery is due."""
    return Delivery.objects.due().exists()


def deliver(batch: int = 2 * AT_ONCE, keep_alive: Callable[[], object] = lambda: None) -> int:
    """Send up to `batch` due deliveries; return how many were leased.

    Call it outside a transaction. Several may run at once. The threads only talk to the endpoints;
    the outcomes are recorded here, where `keep_alive` is called every few seconds meanwhile.
    """
    leased = _lease(batch)
    if not leased:
        return 0
    with renewing(Delivery.objects.held_by(*leased)), ThreadPoolExecutor(AT_ONCE) as pool:
        pending = {pool.submit(_send, delivery): delivery for delivery in leased}
        while pending:
            for future in _wait(pending):
                _record(pending.pop(future), future.result())
            keep_alive()
    return len(leased)


def replay(deliveries: QuerySet[Delivery]) -> int:
    """Schedule deliveries to be sent again, whatever their status; return how many.

    Each keeps the id of its event, so that receivers can recognise it. Those that are being sent
    just now are left out.
    """
    return deliveries.filter(is_free()).update(
        status=Delivery.Status.PENDING, attempts=0, next_attempt_at=Now()
    )


def _lease(batch: int) -> list[Delivery]:
    """Lease due deliveries, count the attempt, and return them."""
    with transaction.atomic(durable=True):
        leased = list(Delivery.objects.to_lease(batch))
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in leased]).update(
            attempts=F("attempts") + 1, leased_until=lease_end(), last_attempt_at=Now()
        )
    for delivery in leased:
        delivery.attempts += 1
    return leased


def _wait(pending: Iterable[Future[Outcome]]) -> set[Future[Outcome]]:
    return wait(pending, timeout=KEEP_ALIVE_EVERY, return_when=FIRST_COMPLETED).done


def _send(delivery: Delivery) -> Outcome:
    """Return the response, or the reason why there is none."""
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


def _record(delivery: Delivery, outcome: Outcome) -> None:
    with transaction.atomic(durable=True):
        if isinstance(outcome, http_client.Response) and outcome.is_success:
            _record_success(delivery, outcome)
        else:
            _record_failure(delivery, outcome)


def _record_success(delivery: Delivery, response: http_client.Response) -> None:
    # Also if the lease has ended: it was delivered, whoever sent it.
    Delivery.objects.filter(pk=delivery.pk).update(
        status=Delivery.Status.DELIVERED,
        delivered_at=Now(),
        leased_until=None,
        **_summary(response),
    )
    Endpoint.objects.filter(pk=delivery.endpoint_id).exclude(failures=0).update(
        failures=0, failing_since=None, paused_until=None
    )


def _record_failure(delivery: Delivery, outcome: Outcome) -> None:
    ours = Delivery.objects.held_by(delivery)
    if delivery.attempts >= MAX_ATTEMPTS:
        ours.update(status=Delivery.Status.FAILED, leased_until=None, **_summary(outcome))
    else:
        delay = RETRY_DELAYS[delivery.attempts - 1]
        ours.update(next_attempt_at=Now() + delay, leased_until=None, **_summary(outcome))
    endpoint = Endpoint.objects.select_for_update().get(pk=delivery.endpoint_id)
    now = timezone.now()
    if endpoint.paused_until is None or endpoint.paused_until <= now:
        # Deliveries that were under way at the same time are one failure of the endpoint.
        pause = min(FIRST_PAUSE * 2 ** min(endpoint.failures, 20), LONGEST_PAUSE)
        endpoint.failures += 1
        endpoint.failing_since = endpoint.failing_since or now
        endpoint.paused_until = now + pause
        endpoint.save(update_fields=["failures", "failing_since", "paused_until"])
    if isinstance(outcome, http_client.Response) and outcome.status == GONE:
        disable(endpoint=endpoint, because=_("It answered 410 Gone."), notify=True)
    elif endpoint.failing_since and endpoint.failing_since <= now - DISABLED_AFTER:
        reason = _("It has failed for %d days.") % DISABLED_AFTER.days
        disable(endpoint=endpoint, because=reason, notify=True)


def _summary(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, http_client.Response):
        text = outcome.beginning.replace("\0", "")[:300]
        return {"response_status": outcome.status, "response_summary": text}
    return {"response_status": None, "response_summary": outcome[:300]}
