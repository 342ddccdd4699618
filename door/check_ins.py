"""Check tickets in, once each."""

from datetime import UTC, datetime, tzinfo

from django.db import transaction

from accounts.models import User
from bookings.documents.ticket_codes import ForgedCode, NotATicketCode, TicketCode, read_code
from bookings.ledger.recording import record
from bookings.models import LedgerEntry, Ticket
from bookings.sale import locks
from core.database.locks import database_now
from shows.models import Performance

from .exceptions import (
    AlreadyCheckedIn,
    ForgedTicket,
    NothingToUndo,
    ScanIdTaken,
    TicketCancelled,
    TicketDisputed,
    TicketReissued,
    UnknownTicket,
    WrongPerformance,
)
from .models import CheckIn
from .scan_time import bounded


def check_in(
    *,
    performance_id: int,
    door: str,
    by: User,
    code: str | None = None,
    ticket_id: int | None = None,
    scan: str | None = None,
    scanned_at: datetime | None = None,
) -> CheckIn:
    """Check in a ticket at this performance.

    The ticket is given by the content of its QR code or, found by staff, by its primary key. `scan`
    is the scanner's own id of the scan: sent again it is the same check-in, also if that has been
    undone since. `scanned_at` is when a device says it made the scan; an impossible time is
    replaced by that of its receipt. Cancellation, reissue and earlier check-ins are examined under
    the lock of the order's hold, which serialises two doors. Raises `ForgedTicket`,
    `UnknownTicket`, `WrongPerformance`, `TicketCancelled`, `TicketReissued`, `TicketDisputed`,
    `AlreadyCheckedIn`, `ScanIdTaken`.
    """
    parsed = _read(code or "") if ticket_id is None else None
    ticket = _find(parsed.ticket if parsed else ticket_id)
    if ticket.performance_id != performance_id:
        others = Performance.objects.select_related("show", "venue")
        raise WrongPerformance(ticket, others.get(pk=ticket.performance_id))
    with transaction.atomic(durable=True):
        ticket = _locked(ticket)
        same = _find_same_scan(ticket, scan)
        if same:
            return same
        if not ticket.is_valid:
            raise TicketCancelled(ticket)
        if parsed and parsed.version != ticket.version:
            raise TicketReissued(ticket)
        if ticket.order.is_disputed and not _admits_disputed(performance_id):
            raise TicketDisputed(ticket)
        earlier = _live_check_in(ticket)
        if earlier is None:
            return _record(ticket, door, by, scan, scanned_at)
    raise AlreadyCheckedIn(earlier, _zone_of(performance_id))


def undo_check_in(*, check_in: CheckIn, by: User) -> CheckIn:
    """Undo a check-in, so that the ticket can be used again. Raises `NothingToUndo`.

    Locks the order's hold.
    """
    with transaction.atomic(durable=True):
        check_in.ticket = _locked(check_in.ticket)
        now = database_now()
        if not CheckIn.objects.live().filter(pk=check_in.pk).update(undone_at=now):
            raise NothingToUndo
        _log(check_in, by, undone=True)
    check_in.undone_at = now
    return check_in


def _read(code: str) -> TicketCode:
    try:
        return read_code(code)
    except ForgedCode:
        raise ForgedTicket from None
    except NotATicketCode:
        raise UnknownTicket from None


def _find(ticket_id: int | None) -> Ticket:
    tickets = Ticket.objects.select_related("order", "place")
    ticket = None if ticket_id is None else tickets.filter(pk=ticket_id).first()
    if ticket is None:
        raise UnknownTicket
    return ticket


def _locked(ticket: Ticket) -> Ticket:
    """Lock the hold of the ticket's order, and return the ticket as it is then."""
    hold_id = ticket.order.hold_id
    locks.lock_hold(pk=hold_id)
    ticket = _find(ticket.pk)
    if ticket.order.hold_id != hold_id:  # Moved to another order meanwhile.
        locks.lock_hold(pk=ticket.order.hold_id)
        ticket = _find(ticket.pk)
    return ticket


def _admits_disputed(performance_id: int) -> bool:
    return Performance.objects.filter(pk=performance_id, venue__admits_disputed=True).exists()


def _live_check_in(ticket: Ticket) -> CheckIn | None:
    check_in = CheckIn.objects.live().filter(ticket=ticket).first()
    if check_in:
        check_in.ticket = ticket
    return check_in


def _find_same_scan(ticket: Ticket, scan: str | None) -> CheckIn | None:
    """Return the check-in of a scan that is sent again, or None."""
    same = CheckIn.objects.filter(scan=scan).first() if scan else None
    if same and same.ticket_id != ticket.pk:
        raise ScanIdTaken(ticket)
    if same:
        same.ticket = ticket
    return same


def _record(
    ticket: Ticket, door: str, by: User, scan: str | None, scanned_at: datetime | None
) -> CheckIn:
    now = database_now()
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


def _log(check_in: CheckIn, by: User, **more: object) -> None:
    ticket = check_in.ticket
    record(
        LedgerEntry.Kind.CHECK_IN,
        performance_id=check_in.performance_id,
        actor=f"staff:{by.pk}",
        order=ticket.order.reference,
        places=[ticket.place_id],
        detail={"ticket": ticket.pk, "door": check_in.door, **more},
    )


def _zone_of(performance_id: int) -> tzinfo:
    return Performance.objects.select_related("venue").get(pk=performance_id).venue.zone
