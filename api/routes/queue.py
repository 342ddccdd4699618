"""The queue before a sale: join, ask for the position, enter the sale, leave."""

from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Field, Router, Schema, Status

from bookings.sale.customers import Customer
from waitingroom import joining, limits, passes
from waitingroom.entry import enter
from waitingroom.exceptions import InvalidQueueToken, NoQueue, WrongCode
from waitingroom.models import Pass, WaitingRoom
from waitingroom.progress import progress_of
from waitingroom.queue_status import queue_status_of
from waitingroom.queue_tokens import QueueToken, read_token, sign_token
from waitingroom.rooms import cached_room

from ..callers import ANYBODY, ApiRequest, customer_of, visitor_token
from ..schemas import Id, OneOf, utc
from .catalogue import public_terms

router = Router(auth=ANYBODY)
Token = Annotated[str, Field(min_length=1, max_length=400)]


class QueueJoin(Schema):
    code: Annotated[str, Field(max_length=80)] = Field(
        "", description="Access code of a lane, such as VIP."
    )
    token: Annotated[str, Field(max_length=400)] = Field("", description="Your queue token.")


class QueueEntry(Schema):
    token: Token


class QueuePosition(Schema):
    token: str = Field(description="Your queue token: send it to ask again, and to enter.")
    visitor: str | None = Field(description="For guests: send it as X-Visitor from now on.")
    lane: str = Field(examples=["Regular"])
    state: Annotated[str, OneOf.of(WaitingRoom.State.values)]
    position: int | None = Field(description="Null before the opening, when the draw is held.")
    ahead: int | None = Field(description="People ahead of you.")
    is_admitted: bool = Field(description="Whether you can enter the sale.")
    wait_minutes: list[int] | None = Field(
        description="Estimated waiting time, from and to.", examples=[[3, 6]]
    )


class PassOut(Schema):
    expires_at: datetime = Field(description="Until then you can hold places.")


@router.post("/performances/{pk}/queue", response={201: QueuePosition}, summary="Join the queue")
def join_queue(request: ApiRequest, pk: Id, data: QueueJoin) -> Status[dict[str, Any]]:
    """Join the queue, or keep your token. A code moves it to its lane."""
    public_terms(pk)
    cached = cached_room(pk)
    if cached is None:
        raise NoQueue
    customer = customer_of(request)
    try:
        token = read_token(data.token, performance_id=pk, visitor=customer.visitor)
    except InvalidQueueToken:
        token = None
    if data.code:
        limits.check_codes(request, cached.room)
    if token is None or joining.turn_of(token, customer.visitor, cached):
        limits.count_join(request, cached)
    try:
        token = joining.join(
            performance_id=pk,
            visitor=customer.visitor,
            user=customer.user,
            code=data.code,
            token=token,
        )
    except WrongCode:
        limits.count_wrong_code(request, cached.room)
        raise
    return Status(201, _position(pk, token, customer))


@router.get("/performances/{pk}/queue", response=QueuePosition, summary="Get the queue position")
def get_queue_position(request: ApiRequest, pk: Id, token: Token) -> dict[str, Any]:
    """Return the progress of a queue token, at most a second old."""
    public_terms(pk)
    customer = customer_of(request)
    return _position(pk, _read(token, pk, customer), customer)


@router.post("/performances/{pk}/queue/enter", response=PassOut, summary="Enter the sale")
def enter_sale(request: ApiRequest, pk: Id, data: QueueEntry) -> dict[str, Any]:
    """Enter the sale once you are admitted, to hold places for a limited time."""
    public_terms(pk)
    customer = customer_of(request)
    given = enter(
        token=_read(data.token, pk, customer), visitor=customer.visitor, user=customer.user
    )
    return {"expires_at": utc(given.expires_at)}


@router.delete("/performances/{pk}/queue", response={204: None}, summary="Leave the sale")
def leave_queue(request: ApiRequest, pk: Id) -> Status[None]:
    """End the pass, so that the next visitor is admitted."""
    public_terms(pk)
    passes.end_pass(performance_id=pk, visitor=customer_of(request).visitor)
    return Status(204, None)


def _read(text: str, pk: int, customer: Customer) -> QueueToken:
    token = read_token(text, performance_id=pk, visitor=customer.visitor)
    if token is None:
        raise InvalidQueueToken
    return token


def _position(pk: int, token: QueueToken, customer: Customer) -> dict[str, Any]:
    cached = cached_room(pk)
    if cached is None:
        raise NoQueue
    status = queue_status_of(pk).data
    progress = progress_of(token, status, cached.room)
    lane = cached.lane(token.lane_id)
    return {
        "token": sign_token(token),
        "visitor": visitor_token(customer),
        "lane": lane.name if lane else "",
        "state": status["state"],
        "position": progress.position,
        "ahead": progress.ahead,
        "is_admitted": progress.is_admitted or _has_pass(pk, customer),
        "wait_minutes": progress.minutes and list(progress.minutes),
    }


def _has_pass(pk: int, customer: Customer) -> bool:
    return Pass.objects.of(pk, customer.visitor).filter(expires_at__gt=timezone.now()).exists()
