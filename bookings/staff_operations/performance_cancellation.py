"""Cancel a performance: stop the sale at once, then refund all of its orders.

The orders themselves record the progress: an order of a cancelled performance that is still paid
has to be refunded. Each is refunded in a transaction of its own, which cancels its tickets,
requests the refund and enqueues the e-mail. If a process is killed, every order is either unchanged
or done, and the next run continues.
"""

import logging
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.database.locks import database_now
from core.enqueue import enqueue_soon
from core.exceptions import Refused
from shows.models import Performance
from shows.terms import clear_cached_terms

from ..aftersale.cancellation import cancel_tickets
from ..ledger.recording import record
from ..models import CustomerMessage, Hold, LedgerEntry, Order
from ..sale.release import release_hold
from .customer_messages import Texts, note_to_ticket_holders

logger = logging.getLogger(__name__)

TASK = "bookings.tasks.refund_cancelled_performances"


class PerformanceOver(Refused):
    message = gettext_lazy("This performance is over and can no longer be cancelled.")


@dataclass(frozen=True)
class Progress:
    """Progress of the refunds, in orders."""

    done: int
    left: int

    @property
    def total(self) -> int:
        return self.done + self.left

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 100


def cancel_performance(
    *, performance: Performance, actor: str, reason: str, texts: Texts | None = None
) -> Performance:
    """Cancel a performance: its tickets can no longer be held, ordered or paid for.

    `texts` are the texts about it in the e-mail to ticket holders, by language.

    `refund_cancelled_performances` then releases baskets, refunds orders and sends e-mails.
    Repeatable. Locks the performance's row. Raises `PerformanceOver`.
    """
    with transaction.atomic(durable=True):
        performance = _lock(performance)
        if performance.status == Performance.Status.CANCELLED:
            return performance
        if performance.ends_at <= database_now():
            raise PerformanceOver
        performance.status = Performance.Status.CANCELLED
        # Counters are not updated any more (see `count_places_left`): no seat counts as taken.
        performance.places_left = performance.places_total
        performance.save(update_fields=["status", "places_left"])
        note_to_ticket_holders(
            purpose=CustomerMessage.Purpose.CANCELLATION,
            performance=performance,
            texts=texts or {},
            key=f"cancelled:{performance.pk}",
        )
        record(
            LedgerEntry.Kind.CANCEL_PERFORMANCE,
            performance_id=performance.pk,
            actor=actor,
            detail={"reason": reason},
        )
        enqueue_soon(TASK)
    clear_cached_terms(performance.pk)
    return performance


def refund_cancelled_performances() -> int:
    """Release baskets and refund orders of all cancelled performances; return how many orders.

    Must not run inside a transaction. Can be killed at any point, repeated, and run several times
    at once: each order is refunded once. An order that fails is logged, skipped and tried again by
    the next run. Locks one hold with its places at a time.
    """
    _release_baskets()
    count, after = 0, 0
    while orders := _next_orders(after):
        count += sum(_refund(order) for order in orders)
        after = orders[-1].pk
    return count


def progress_of(performance: Performance) -> Progress:
    """Return the progress of the refunds of a cancelled performance."""
    orders = Order.objects.filter(performance=performance)
    return Progress(done=orders.cancelled().count(), left=orders.paid().count())


def _lock(performance):
    # NO KEY, so that orders being placed, which refer to the row, do not wait.
    locked = Performance.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("show").get(pk=performance.pk)


def _release_baskets():
    for hold in Hold.objects.of_cancelled_performances().order_by("pk").iterator(chunk_size=500):
        release_hold(hold=hold, actor="system")


def _next_orders(after, batch=100):
    orders = Order.objects.paid().of_cancelled_performances().filter(pk__gt=after)
    return list(orders.order_by("pk")[:batch])


def _refund(order):
    try:
        cancel_tickets(
            order=order,
            actor="system",
            by_staff=True,
            keep_fee=False,
            reason=_("The performance was cancelled."),
            email_kind="performance_cancelled",
        )
    except Exception:
        # Continue with the other customers; this order is tried again every minute.
        logger.exception("Order %s could not be refunded.", order.reference)
        return False
    return True
