"""The waiting room: joining it, seeing how far one is, going in."""

from datetime import datetime
from typing import Annotated

from django.utils import timezone
from ninja import Field, Router, Schema, Status

from waitingroom import limits, passes
from waitingroom.entry import enter
from waitingroom.exceptions import InvalidQueueToken, NoQueue, WrongCode
from waitingroom.joining import join as join_queue
from waitingroom.models import Pass
from waitingroom.progress import progress_of
from waitingroom.queue_status import queue_status_of
from waitingroom.queue_tokens import read_token, sign_token
from waitingroom.rooms import cached_room

from ..callers import ANYBODY, customer_of, visitor_token
from ..schemas import Id, utc
from .catalogue import public_terms

router = Router(auth=ANYBODY)
PlaceToken = Annotated[str, Field(min_length=1, max_length=400)]


class Joining(Schema):
    code: Annotated[str, Field(max_length=80)] = Field("", description="Opens a lane, such as VIP.")
    place: Annotated[str, Field(max_length=400)] = Field("", description="The one you have.")


class PlaceIn(Schema):
    place: PlaceToken


class QueuePlace(Schema):
    place: str = Field(description="Yours; send it to ask how far you are, and to go in.")
    visitor: str | None = Field(description="For guests: send it as X-Visitor from now on.")
    lane: str
    state: str
    position: int | None = Field(description="None before the opening: places are drawn then.")
    ahead: int | None
    is_called: bool
    minutes: list[int] | None = Field(description="From and to.")


class PassOut(Schema):
    expires_at: datetime


@router.post("/performances/{pk}/queue", response={201: QueuePlace})
def join(request, pk: Id, data: Joining):
    """Take a place in the queue, or keep the one you have; a code moves it to its lane."""
    public_terms(pk)
    kept = cached_room(pk)
    if kept is None:
        raise NoQueue
    customer = customer_of(request)
    try:
        place = read_token(data.place, performance_id=pk, visitor=customer.visitor)
    except InvalidQueueToken:
        place = None
    if data.code:
        limits.check_codes(request, kept.room)
    if place is None:
        limits.count_join(request, kept)
    try:
        place = take_place(
            performance_id=pk,
            visitor=customer.visitor,
            user=customer.user,
            code=data.code,
            place=place,
        )
    except WrongCode:
        limits.count_wrong_code(request, kept.room)
        raise
    return Status(201, _told(pk, place, customer))


@router.get("/performances/{pk}/queue", response=QueuePlace)
def position(request, pk: Id, place: PlaceToken):
    """Say how far a place is. The answer is at most a second old."""
    public_terms(pk)
    customer = customer_of(request)
    return _told(pk, read_token(place, performance_id=pk, visitor=customer.visitor), customer)


@router.post("/performances/{pk}/queue/enter", response=PassOut)
def go_in(request, pk: Id, data: PlaceIn):
    """Go into the sale when it is your turn; from then on you may hold places, for a while."""
    public_terms(pk)
    customer = customer_of(request)
    place = read_token(data.place, performance_id=pk, visitor=customer.visitor)
    given = enter(place=place, visitor=customer.visitor, user=customer.user)
    return {"expires_at": utc(given.expires_at)}


@router.delete("/performances/{pk}/queue", response={204: None})
def leave(request, pk: Id):
    """Give the pass back, so that the next one is let in."""
    public_terms(pk)
    passes.end_pass(performance_id=pk, visitor=customer_of(request).visitor)
    return Status(204, None)


def _told(pk, place, customer):
    kept = cached_room(pk)
    if kept is None:
        raise NoQueue
    mark = queue_status_of(pk)
    progress = progress_of(place, mark.told, kept.room)
    lane = kept.lane(place.lane_id)
    return {
        "place": sign_token(place),
        "visitor": visitor_token(customer),
        "lane": lane.name if lane else "",
        "state": mark.told["state"],
        "position": progress.position,
        "ahead": progress.ahead,
        "is_called": progress.is_called or _is_inside(pk, customer),
        "minutes": progress.minutes and list(progress.minutes),
    }


def _is_inside(pk, customer):
    return Pass.objects.of(pk, customer.visitor).filter(expires_at__gt=timezone.now()).exists()
