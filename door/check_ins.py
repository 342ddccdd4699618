"""Letting people in, once each."""

from datetime import UTC

from django.db import transaction

from bookings.documents.ticket_codes import ForgedCode, NotACode, read_code
from bookings.ledger.recording import record
from bookings.models import LedgerEntry, Ticket
from bookings.sale import locks
from shows.models import Performance

from .exceptions import (
    AlreadyCheckedIn,
    ForgedTicket,
    NothingToUndo,
    ScanIdTaken,
    TicketCancelled,
    TicketReissued,
    UnknownTicket,
    WrongPerformance,
)
from .models import CheckIn
from .scan_time import bounded


def check_in(
    *, performance_id, door, by, code=None, ticket_id=None, scan=None, scanned_at=None
) -> CheckIn:
    """Let a ticket in at this performance, and return its `CheckIn`.

    The ticket is named by the text of its code, or, found by staff, by its primary key. `scan` is
    the scanner's own name for the scan: sent again it is the same check-in, also if that has been
    undone since. `scanned_at` is when a device says that it made the scan; what cannot be true is
    replaced by the time at which it was received. Whether the ticket is cancelled, reissued or in
    already is decided under the lock of its order's hold, for which two doors queue. Raises
    `ForgedTicket`, `UnknownTicket`, `WrongPerformance`, `TicketCancelled`, `TicketReissued`,
    `AlreadyCheckedIn`,
    `ScanIdTaken`.
    """
    said = _read(code) if ticket_id is None else None
    ticket = _find(said.ticket if said else ticket_id)
    if ticket.performance_id != performance_id:
        others = Performance.objects.select_related("show", "venue")
        raise WrongPerformance(ticket, others.get(pk=ticket.performance_id))
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=ticket.order.hold_id)
        ticket = _find(ticket.pk)
        same = _find_same_scan(ticket, scan)
        if same:
            return same
        if not ticket.is_valid:
            raise TicketCancelled(ticket)
        if said and said.version != ticket.version:
            raise TicketReissued(ticket)
        before = _live_check_in(ticket)
        if before is None:
            return _let_in(ticket, door, by, scan, scanned_at)
    raise AlreadyCheckedIn(before, _zone_of(performance_id))


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
        raise ForgedTicket from None
    except NotACode:
        raise UnknownTicket from None


def _find(ticket_id):
    ticket = Ticket.objects.select_related("order", "place").filter(pk=ticket_id).first()
    if ticket is None:
        raise UnknownTicket
    return ticket


def _live_check_in(ticket):
    check_in = CheckIn.objects.live().filter(ticket=ticket).first()
    if check_in:
        check_in.ticket = ticket
    return check_in


def _find_same_scan(ticket, scan):
    """Return what a scan that is sent again has recorded already, or None."""
    same = CheckIn.objects.filter(scan=scan).first() if scan else None
    if same and same.ticket_id != ticket.pk:
        raise ScanIdTaken(ticket)
    if same:
        same.ticket = ticket
    return same


def _let_in(ticket, door, by, scan, scanned_at):
    now = locks.database_now()
    at = bounded(claimed=scanned_at, received_at=now, not_before=ticket.created_at)
    check_in = CheckIn(
        ticket=ticket,
        performance_id=ticket.performance_id,
        door=door,
        by=by,
        scan=scan,
        at=at,
        received_at=now,
    )
    check_in.save(force_insert=True)
    _log(check_in, by, **({} if at == now else {"scanned_at": at.astimezone(UTC).isoformat()}))
    return check_in


def _log(check_in, by, **more):
    ticket = check_in.ticket
    record(
        LedgerEntry.Kind.CHECK_IN,
        performance_id=check_in.performance_id,
        actor=f"staff:{by.pk}",
        order=ticket.order.reference,
        places=[ticket.place_id],
        detail={"ticket": ticket.pk, "door": check_in.door, **more},
    )


def _zone_of(performance_id):
    return Performance.objects.select_related("venue").get(pk=performance_id).venue.zone
