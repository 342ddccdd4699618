"""Giving a performance another time: tickets stay valid, or go back in full for a while."""

from django.db import transaction
from django.utils.translation import gettext as _

from emails.outbox import enqueue_emails
from shows.models import Performance
from shows.search import index_show
from shows.terms import clear_cached_terms

from ..exceptions import NotUnderstood
from ..ledger.recording import record
from ..models import LedgerEntry, Order
from ..sale import locks


def reschedule(*, performance, starts_at, doors_at, refund_until, actor, reason):
    """Move a performance to another time, and owe a letter to the holders of its tickets.

    Until `refund_until` (None: no such offer) they may give tickets back for all of their price,
    fee included, whatever the performance's terms say. An end of the sale of its own moves along
    by as much. Asked for the time that it already has, it does nothing. Locks the performance's
    row. Raises `NotUnderstood` with every reason at once.
    """
    with transaction.atomic(durable=True):
        performance = reschedule_inside(
            performance=performance,
            starts_at=starts_at,
            doors_at=doors_at,
            refund_until=refund_until,
            actor=actor,
            reason=reason,
        )
    clear_cached_terms(performance.pk)
    return performance


def reschedule_inside(*, performance, starts_at, doors_at, refund_until, actor, reason):
    """Reschedule as a part of the caller's transaction; see `reschedule`.

    The caller forgets the terms after its commit.
    """
    performance = _lock(performance)
    now = locks.database_now()
    before = performance.starts_at
    if before == starts_at and performance.doors_at == doors_at:
        return performance
    _check(performance, starts_at, doors_at, refund_until, now)
    if performance.on_sale_until:
        performance.on_sale_until += starts_at - before
    if performance.moved_from is None and starts_at != before:
        performance.moved_from = before
    performance.starts_at, performance.doors_at = starts_at, doors_at
    performance.refund_until, performance.rescheduled_at = refund_until, now
    performance.save(
        update_fields=[
            "starts_at",
            "doors_at",
            "on_sale_until",
            "moved_from",
            "refund_until",
            "rescheduled_at",
        ]
    )
    entry = _log(performance, before, actor, reason)
    _tell(performance, before, entry)
    index_show(performance.show)
    return performance


def _lock(performance):
    locked = Performance.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("show", "venue").get(pk=performance.pk)


def _check(performance, starts_at, doors_at, refund_until, now):
    reasons = []
    if performance.status == Performance.Status.CANCELLED:
        reasons.append(_("The performance is cancelled."))
    if performance.ends_at <= now:
        reasons.append(_("The performance is over."))
    if starts_at <= now:
        reasons.append(_("The new time has passed already."))
    if doors_at and doors_at > starts_at:
        reasons.append(_("Doors open before the start."))
    if refund_until and not now < refund_until <= starts_at:
        reasons.append(_("Tickets can be given back until a time between now and the start."))
    moved = performance.on_sale_until and performance.on_sale_until + (
        starts_at - performance.starts_at
    )
    if moved and moved <= performance.on_sale_from:
        reasons.append(_("The sale would end before it begins."))
    if reasons:
        raise NotUnderstood(reasons)


def _log(performance, before, actor, reason):
    return record(
        LedgerEntry.Kind.POSTPONE,
        performance_id=performance.pk,
        actor=actor,
        detail={
            "reason": reason,
            "before": before.isoformat(),
            "after": performance.starts_at.isoformat(),
        },
    )


def _tell(performance, before, entry):
    orders = Order.objects.paid().filter(performance=performance).select_related("user")
    enqueue_emails(
        [
            {
                "kind": "performance_rescheduled",
                "key": f"rescheduled:{order.reference}:{entry.pk}",
                "to": order.email,
                "user": order.user,
                "language": order.language,
                "about": {"order": order.reference, "before": before.isoformat()},
            }
            for order in orders.order_by("pk").iterator(chunk_size=2000)
        ]
    )
