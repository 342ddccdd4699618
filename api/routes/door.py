"""The door: is this ticket good, and let its holder in."""

import hashlib
from datetime import datetime
from typing import Annotated

from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from bookings.documents.ticket_codes import public_keys, read_code
from bookings.models import Ticket
from door.check_ins import check_in
from door.exceptions import Unknown
from door.models import CheckIn
from door.scan_time import is_on_another_date
from shows.models import Performance

from ..callers import STAFF, require
from ..models import Scope
from ..schemas import Id, utc

router = Router(auth=STAFF)
Code = Annotated[str, Field(min_length=1, max_length=400, description="As the QR code says it.")]


class Scan(Schema):
    code: Code
    door: Annotated[str, Field(min_length=1, max_length=40)] = "API"
    scanned_at: Annotated[
        AwareDatetime | None,
        Field(description="When the ticket was scanned, if that was earlier. With its zone."),
    ] = None


class Ask(Schema):
    code: Code


class Verdict(Schema):
    """What is known of a genuine ticket. `good` is whether it would be let in now."""

    good: bool
    reason: str = Field(description="ok, cancelled, replaced, already-in")
    performance: int
    ticket: int
    label: str
    holder: str
    checked_in_at: datetime | None


class CheckedIn(Schema):
    ticket: int
    label: str
    door: str
    at: datetime = Field(description="When the ticket was scanned.")
    received_at: datetime
    other_date: bool = Field(description="A warning: the performance is on another date.")


@router.post("/tickets/verify", response=Verdict)
def verify(request, data: Ask):
    """Say what a code is worth, and let nobody in. 422 for what is no ticket of ours."""
    require(request, Scope.DOOR, "door.add_checkin")
    said = read_code(data.code)
    ticket = Ticket.objects.select_related("order").filter(pk=said.ticket).first()
    if ticket is None:
        raise Unknown
    inside = CheckIn.objects.live().filter(ticket=ticket).first()
    reason = _reason(ticket, said, inside)
    return {
        "good": reason == "ok",
        "reason": reason,
        "performance": ticket.performance_id,
        "ticket": ticket.pk,
        "label": ticket.label,
        "holder": ticket.holder or ticket.order.name,
        "checked_in_at": utc(inside and inside.at),
    }


@router.post("/performances/{pk}/check-ins", response=CheckedIn)
def let_in(request, pk: Id, data: Scan):
    """Let a ticket in, once. With an Idempotency-Key the same scan may be sent again."""
    require(request, Scope.DOOR, "door.add_checkin")
    done = check_in(
        performance_id=pk,
        door=data.door,
        by=request.caller.user,
        code=data.code,
        scan=_scan(request),
        scanned_at=data.scanned_at,
    )
    performance = Performance.objects.select_related("venue").get(pk=pk)
    return {
        "ticket": done.ticket_id,
        "label": done.ticket.label,
        "door": done.door,
        "at": utc(done.at),
        "received_at": utc(done.received_at),
        "other_date": is_on_another_date(performance, done.at),
    }


@router.get("/tickets/public-key", response=dict[str, list[dict[str, str]]], auth=None)
def key(request):
    """List the keys (Ed25519, RFC 8037) that scanners check codes with, the current one first."""
    return {"keys": public_keys()}


def _scan(request):
    """The scanner's own name for this scan: the same request again is the same check-in."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    return hashlib.sha256(f"{request.caller.name}:{key}".encode()).hexdigest()[:40]


def _reason(ticket, said, inside):
    if not ticket.is_valid:
        return "cancelled"
    if said.version != ticket.version:
        return "replaced"
    return "already-in" if inside else "ok"
