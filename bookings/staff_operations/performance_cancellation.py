"""Calling a performance off: the sale stops at once, then everybody gets all of their money back.

Nothing keeps account of how far this has come but the orders themselves. An order that is still
paid, of a performance that is called off, is one to give back; each is given back in a transaction
of its own, in which its tickets end, its refund is asked for and its letter is owed. So whoever is
killed in the middle leaves every order either untouched or done, and the next one goes on there.
"""

import logging
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core.enqueue import enqueue_soon
from shows.models import Performance
from shows.terms import clear_cached_terms

from ..aftersale.cancellation import cancel_tickets
from ..exceptions import Refusal
from ..ledger.recording import record
from ..models import Hold, LedgerEntry, Order
from ..sale import locks
from ..sale.holds import release_hold

logger = logging.getLogger(__name__)

TASK = "bookings.tasks.refund_cancelled_performances"


class AlreadyOver(Refusal):
    def __str__(self):
        return _("This performance is over. What was bought for it stays as it is.")


@dataclass(frozen=True)
class Progress:
    """How far giving back has come, in orders."""

    done: int
    left: int

    @property
    def total(self):
        return self.done + self.left

    @property
    def percent(self):
        return round(100 * self.done / self.total) if self.total else 100


def cancel_performance(*, performance, actor, reason):
    """Cancel a performance. Nothing of it can be held, ordered or paid for from then on.

    Baskets, refunds and e-mails follow, by `refund_cancelled_performance`. Asked twice, it is
    done once. Locks the performance's row. Raises `AlreadyOver`.
    """
    with transaction.atomic(durable=True):
        performance = _lock(performance)
        if performance.status == Performance.Status.CANCELLED:
            return performance
        if performance.ends_at <= locks.database_now():
            raise AlreadyOver
        performance.status = Performance.Status.CANCELLED
        performance.save(update_fields=["status"])
        record(
            LedgerEntry.Kind.CALL_OFF,
            performance_id=performance.pk,
            actor=actor,
            detail={"reason": reason},
        )
        enqueue_soon(TASK)
    clear_cached_terms(performance.pk)
    return performance


def refund_cancelled_performance():
    """Release baskets and give back orders of all that is called off; return how many orders.

    Not inside a transaction. May be killed anywhere, run again, and run several times at once:
    each order is given back once. One that cannot be given back is passed over and logged; the
    next run tries it again. Locks one hold with its places at a time.
    """
    _release_baskets()
    given, after = 0, 0
    while orders := _next_orders(after):
        given += sum(_give_back(order) for order in orders)
        after = orders[-1].pk
    return given


def progress_of(performance):
    """Return the Progress of giving back a performance that has been called off."""
    orders = Order.objects.filter(performance=performance)
    return Progress(done=orders.cancelled().count(), left=orders.paid().count())


def _lock(performance):
    # A weaker lock than for deleting it: who is just buying refers to the row and need not wait.
    locked = Performance.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("show").get(pk=performance.pk)


def _release_baskets():
    for hold in Hold.objects.of_cancelled_performances().order_by("pk").iterator(chunk_size=500):
        release_hold(hold=hold, actor="system")


def _next_orders(after, batch=100):
    orders = Order.objects.paid().of_cancelled_performances().filter(pk__gt=after)
    return list(orders.order_by("pk")[:batch])


def _give_back(order):
    try:
        cancel_tickets(
            order=order,
            actor="system",
            by_staff=True,
            keep_fee=False,
            reason=_("The performance was cancelled."),
            letter="performance_cancelled",
        )
    except Exception:
        # Every other customer is still to get their money; this one is tried again each minute.
        logger.exception("Order %s could not be given back.", order.reference)
        return False
    return True
