"""The door: verify tickets and check them in."""

import hashlib
from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from bookings.documents.ticket_codes import TicketCode, public_keys, read_code
from bookings.models import Ticket
from door.check_ins import check_in
from door.exceptions import UnknownTicket
from door.models import CheckIn
from door.scan_time import is_on_another_date
from shows.models import Performance

from ..callers import STAFF, ApiRequest, require
from ..models import Scope
from ..schemas import Id, OneOf, utc

router = Router(auth=STAFF)
Code = Annotated[str, Field(min_length=1, max_length=400, description="Content of the QR code.")]
Reason = Annotated[str, OneOf.of(["ok", "cancelled", "reissued", "already-checked-in"])]


class Scan(Schema):
    code: Code
    door: Annotated[str, Field(min_length=1, max_length=40, examples=["North"])] = "API"
    scanned_at: Annotated[
        AwareDatetime | None,
        Field(description="When the ticket was scanned, if earlier. With its time zone."),
    ] = None


class TicketCheck(Schema):
    code: Code


class Verification(Schema):
    """The state of a genuine ticket. `valid` tells whether it can be checked in now."""

    valid: bool
    reason: Reason
    performance: int
    ticket: int
    label: str
    holder: str
    checked_in_at: datetime | None


class CheckInOut(Schema):
    ticket: int
    label: str
    door: str
    scanned_at: datetime
    received_at: datetime
    wrong_date: bool = Field(description="A warning: the performance is on another date.")


@router.post("/tickets/verify", response=Verification, summary="Verify a ticket")
def verify_ticket(request: ApiRequest, data: TicketCheck) -> dict[str, Any]:
    """Tell whether a code is valid, without checking it in. 422 for what is not our ticket."""
    require(request, Scope.DOOR, "door.add_checkin")
    code = read_code(data.code)
    ticket = Ticket.objects.select_related("order").filter(pk=code.ticket).first()
    if ticket is None:
        raise UnknownTicket
    earlier = CheckIn.objects.live().filter(ticket=ticket).first()
    reason = _reason(ticket, code, earlier)
    return {
        "valid": reason == "ok",
        "reason": reason,
        "performance": ticket.performance_id,
        "ticket": ticket.pk,
        "label": ticket.label,
        "holder": ticket.holder or ticket.order.name,
        "checked_in_at": utc(earlier.at) if earlier else None,
    }


@router.post("/performances/{pk}/check-ins", response=CheckInOut, summary="Check in a ticket")
def create_check_in(request: ApiRequest, pk: Id, data: Scan) -> dict[str, Any]:
    """Check in a ticket, once. Repeat a scan with the same `Idempotency-Key`."""
    require(request, Scope.DOOR, "door.add_checkin")
    done = check_in(
        performance_id=pk,
        door=data.door,
        by=request.caller.account,
        code=data.code,
        scan=_scan_id(request),
        scanned_at=data.scanned_at,
    )
    performance = Performance.objects.select_related("venue").get(pk=pk)
    return {
        "ticket": done.ticket_id,
        "label": done.ticket.label,
        "door": done.door,
        "scanned_at": utc(done.at),
        "received_at": utc(done.received_at),
        "wrong_date": is_on_another_date(performance, done.at),
    }


@router.get(
    "/tickets/public-key",
    response=dict[str, list[dict[str, str]]],
    auth=None,
    summary="Get the ticket keys",
)
def get_ticket_key(request: ApiRequest) -> dict[str, list[dict[str, str]]]:
    """Return the public keys (Ed25519, RFC 8037) with which scanners verify codes offline.

    The first one signs new codes; codes signed with the others are still valid.
    """
    return {"keys": public_keys()}


def _scan_id(request: ApiRequest) -> str | None:
    """Return the scanner's id of this scan: the same request again is the same check-in."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    return hashlib.sha256(f"{request.caller.name}:{key}".encode()).hexdigest()[:40]


def _reason(ticket: Ticket, code: TicketCode, earlier: CheckIn | None) -> str:
    if not ticket.is_valid:
        return "cancelled"
    if code.version != ticket.version:
        return "reissued"
    return "already-checked-in" if earlier else "ok"
