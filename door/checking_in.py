"""Letting people in, once each."""

from django.db import transaction

from bookings.books.log import record
from bookings.models import Entry, Ticket
from bookings.papers.codes import ForgedCode, NotACode, read_code
from bookings.sale import locks
from shows.models import Performance

from .exceptions import (
    AlreadyIn,
    Forged,
    NothingToUndo,
    TicketCancelled,
    TicketReissued,
    Unknown,
    WrongPerformance,
)
from .models import CheckIn


def check_in(*, performance_id, door, by, code=None, ticket_id=None, scan=None):
    """Let a ticket in at this performance, and return its `CheckIn`.

    The ticket is named by the text of its code, or, found by staff, by its primary key. `scan` is
    the scanner's own name for the scan: sent again it is the same check-in. Whether the ticket is
    cancelled, reissued or in already is decided under the lock of its order's hold, for which two
    doors queue. Raises `Forged`, `Unknown`, `WrongPerformance`, `TicketCancelled`,
    `TicketReissued`, `AlreadyIn`.
    """
    said = _read(code) if ticket_id is None else None
    ticket = _find(said.ticket if said else ticket_id)
    if ticket.performance_id != performance_id:
        others = Performance.objects.select_related("show", "venue")
        raise WrongPerformance(ticket, others.get(pk=ticket.performance_id))
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=ticket.order.hold_id)
        ticket = _find(ticket.pk)
        if not ticket.is_valid:
            raise TicketCancelled(ticket)
        if said and said.version != ticket.version:
            raise TicketReissued(ticket)
        before = _live_check_in(ticket)
        if before is None:
            return _let_in(ticket, door, by, scan)
    if scan and before.scan == scan:
        return before
    raise AlreadyIn(before, _zone_of(performance_id))


def undo_check_in(*, check_in, by):
    """Take a check-in back: the wrong ticket, or somebody who left. Raises `NothingToUndo`."""
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=check_in.ticket.order.hold_id)
        now = locks.database_now()
        if not CheckIn.objects.live().filter(pk=check_in.pk).update(undone_at=now):
            raise NothingToUndo
        _log(check_in, by, undone=True)
    check_in.undone_at = now
    return check_in


def _read(code):
    try:
        return read_code(code)
    except ForgedCode:
        raise Forged from None
    except NotACode:
        raise Unknown from None


def _find(ticket_id):
    ticket = Ticket.objects.select_related("order", "place").filter(pk=ticket_id).first()
    if ticket is None:
        raise Unknown
    return ticket


def _live_check_in(ticket):
    check_in = CheckIn.objects.live().filter(ticket=ticket).first()
    if check_in:
        check_in.ticket = ticket
    return check_in


def _let_in(ticket, door, by, scan):
    check_in = CheckIn(
        ticket=ticket,
        performance_id=ticket.performance_id,
        door=door,
        by=by,
        scan=scan,
        at=locks.database_now(),
    )
    check_in.save(force_insert=True)
    _log(check_in, by)
    return check_in


def _log(check_in, by, **more):
    ticket = check_in.ticket
    record(
        Entry.Kind.CHECK_IN,
        performance_id=check_in.performance_id,
        actor=f"staff:{by.pk}",
        order=ticket.order.reference,
        places=[ticket.place_id],
        detail={"ticket": ticket.pk, "door": check_in.door, **more},
    )


def _zone_of(performance_id):
    return Performance.objects.select_related("venue").get(pk=performance_id).venue.zone
