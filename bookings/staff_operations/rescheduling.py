"""Reschedule a performance: tickets stay valid, or can be refunded in full until a deadline."""

from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from core.database.locks import database_now
from emails.outbox import enqueue_emails
from shows.models import Performance
from shows.search import index_show
from shows.terms import clear_cached_terms

from ..exceptions import InvalidRequest
from ..ledger.recording import record
from ..models import CustomerMessage, LedgerEntry, Order
from ..order_emails import order_email
from .customer_messages import Texts, note_to_ticket_holders


class NewTime(TypedDict):
    """The new time of a performance, and who decided it."""

    performance: Performance
    starts_at: datetime
    doors_at: datetime | None
    refund_until: datetime | None
    actor: str
    reason: str
    # The texts to ticket holders about it, by language.
    texts: NotRequired[Texts]


def reschedule(**new: Unpack[NewTime]) -> Performance:
    """Move a performance to another time, and enqueue an e-mail to each customer.

    Until `refund_until` (None: no refunds) customers can cancel for a full refund, fee included,
    whatever the sales settings say. A fixed end of the sale moves by the same amount. Does nothing
    if the performance has this time already. Locks the performance's row. Raises `InvalidRequest`
    with all reasons.
    """
    with transaction.atomic(durable=True):
        performance = reschedule_in_transaction(**new)
    clear_cached_terms(performance.pk)
    return performance


def reschedule_in_transaction(**new: Unpack[NewTime]) -> Performance:
    """As `reschedule`, in the caller's transaction; call `clear_cached_terms` after it."""
    performance = _lock(new["performance"])
    starts_at, doors_at, refund_until = new["starts_at"], new["doors_at"], new["refund_until"]
    now = database_now()
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
    entry = _log(performance, before, new["actor"], new["reason"])
    note = note_to_ticket_holders(
        purpose=CustomerMessage.Purpose.RESCHEDULING,
        performance=performance,
        texts=new.get("texts", {}),
        key=f"rescheduled:{entry.pk}",
    )
    _enqueue_emails(performance, before, entry, note)
    index_show(performance.show)
    return performance


def _lock(performance):
    locked = Performance.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("show", "venue").get(pk=performance.pk)


def _check(performance, starts_at, doors_at, refund_until, now):
    reasons = []
    if performance.status == Performance.Status.CANCELLED:
        reasons.append(_("The performance has been cancelled."))
    if performance.ends_at <= now:
        reasons.append(_("The performance is over."))
    if starts_at <= now:
        reasons.append(_("The new time is in the past."))
    if doors_at and doors_at > starts_at:
        reasons.append(_("Doors must open before the start."))
    if refund_until and not now < refund_until <= starts_at:
        reasons.append(_("The refund deadline must be between now and the start."))
    moved = performance.on_sale_until and performance.on_sale_until + (
        starts_at - performance.starts_at
    )
    if moved and moved <= performance.on_sale_from:
        reasons.append(_("The sale would end before it starts."))
    if reasons:
        raise InvalidRequest(reasons)


def _log(performance, before, actor, reason):
    return record(
        LedgerEntry.Kind.RESCHEDULE,
        performance_id=performance.pk,
        actor=actor,
        detail={
            "reason": reason,
            "before": before.isoformat(),
            "after": performance.starts_at.isoformat(),
        },
    )


def _enqueue_emails(performance, before, entry, note):
    orders = Order.objects.paid().filter(performance=performance).select_related("user")
    enqueue_emails(
        [
            order_email(
                order,
                "performance_rescheduled",
                key=f"rescheduled:{order.reference}:{entry.pk}",
                before=before.isoformat(),
                **({"message": note.pk} if note else {}),
            )
            for order in orders.order_by("pk").iterator(chunk_size=2000)
        ]
    )
