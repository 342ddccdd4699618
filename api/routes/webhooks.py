"""For staff programs: having events told to an address of theirs. See docs/webhooks.md."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from core.enqueue import enqueue_soon

from ..callers import STAFF, require
from ..idempotency import UNTOLD
from ..models import Delivery, Endpoint, EventType, Scope
from ..problems import Problem
from ..schemas import Id, Limit, Offset, Page, page_of, utc
from ..webhooks.endpoints import enable, make_endpoint, rotate_secret
from ..webhooks.http_client import Unreachable
from ..webhooks.publishing import ping as ask
from ..webhooks.sending import replay as send_again

router = Router(auth=STAFF)
Kind = Literal[tuple(EventType.values)]


class WebhookIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=80, description="Which program listens.")]
    url: Annotated[str, Field(min_length=1, max_length=500)]
    events: Annotated[list[Kind], Field(min_length=1, max_length=20)]


class WebhookOut(Schema):
    id: int
    name: str
    url: str
    events: list[str]
    is_on: bool
    disabled_because: str
    failing_since: datetime | None
    created_at: datetime
    secret: str | None = Field(
        None, description="Told once: when it is made, or by asking for a new one."
    )


class DeliveryOut(Schema):
    id: int
    event: str = Field(description="The webhook-id, the same however often it is sent.")
    type: str
    status: Literal["waiting", "delivered", "given_up"]
    attempts: int
    answer: int | None = Field(description="The status of the last answer, if there was one.")
    words: str = Field(description="How it begins, or what went wrong.")
    due_at: datetime
    tried_at: datetime | None
    delivered_at: datetime | None
    body: dict[str, Any]


@router.post("", response={201: WebhookOut})
def create_webhook(request, response: HttpResponse, data: WebhookIn):
    """Have events told to an address. The answer's `secret` is told this once."""
    require(request, Scope.WEBHOOKS, "api.add_endpoint")
    setattr(response, UNTOLD, ("secret",))
    try:
        endpoint, secret = make_endpoint(owner=request.caller.user, **data.dict())
    except Unreachable as refusal:
        errors = [{"pointer": "/body/url", "detail": str(refusal)}]
        raise Problem(422, "address-refused", str(refusal), errors=errors) from None
    return Status(201, webhook_out(endpoint, secret))


@router.get("", response=Page[WebhookOut])
def webhooks(request, limit: Limit = 20, offset: Offset = 0):
    """List the addresses that are told of events."""
    require(request, Scope.WEBHOOKS, "api.view_endpoint")
    return page_of(Endpoint.objects.all(), webhook_out, limit=limit, offset=offset)


@router.delete("/{pk}", response={204: None})
def delete_webhook(request, pk: Id):
    """Tell this address nothing any more, and forget what it was told."""
    require(request, Scope.WEBHOOKS, "api.delete_endpoint")
    get_object_or_404(Endpoint, pk=pk).delete()
    return Status(204, None)


@router.post("/{pk}/secret", response=WebhookOut)
def new_secret(request, response: HttpResponse, pk: Id):
    """Make a new secret. For a day the one before signs as well."""
    require(request, Scope.WEBHOOKS, "api.change_endpoint")
    setattr(response, UNTOLD, ("secret",))
    endpoint = get_object_or_404(Endpoint, pk=pk)
    return webhook_out(endpoint, rotate_secret(endpoint=endpoint))


@router.post("/{pk}/ping", response=DeliveryOut)
def ping(request, pk: Id):
    """Send it an event of the type `ping`, to see whether it listens."""
    require(request, Scope.WEBHOOKS, "api.change_endpoint")
    return delivery_out(ask(endpoint=get_object_or_404(Endpoint, pk=pk)))


@router.post("/{pk}/enable", response=WebhookOut)
def switch_on(request, pk: Id):
    """Go on with one that was switched off, by somebody or because it failed for days."""
    require(request, Scope.WEBHOOKS, "api.change_endpoint")
    endpoint = get_object_or_404(Endpoint, pk=pk)
    enable(endpoint=endpoint)
    return webhook_out(Endpoint.objects.get(pk=pk))


@router.get("/{pk}/deliveries", response=Page[DeliveryOut])
def deliveries(
    request,
    pk: Id,
    status: Literal["", "waiting", "delivered", "given_up"] = "",
    limit: Limit = 20,
    offset: Offset = 0,
):
    """List what it was told, the newest first, and what it answered."""
    require(request, Scope.WEBHOOKS, "api.view_delivery")
    rows = get_object_or_404(Endpoint, pk=pk).deliveries.select_related("event")
    rows = rows.filter(status=status) if status else rows
    return page_of(rows, delivery_out, limit=limit, offset=offset)


@router.post("/{pk}/deliveries/{delivery}/replay", response=DeliveryOut)
def replay(request, pk: Id, delivery: Id):
    """Send it again, whatever became of it. It keeps its event's id."""
    require(request, Scope.WEBHOOKS, "api.change_delivery")
    rows = Delivery.objects.filter(endpoint=pk)
    get_object_or_404(rows, pk=delivery)
    send_again(rows.filter(pk=delivery))
    enqueue_soon("api.tasks.deliver_webhooks")
    return delivery_out(rows.select_related("event").get(pk=delivery))


def webhook_out(endpoint, secret=None):
    names = ("id", "name", "url", "events", "is_on", "disabled_because")
    return {
        **{name: getattr(endpoint, name) for name in names},
        "failing_since": utc(endpoint.failing_since),
        "created_at": utc(endpoint.created_at),
        "secret": secret,
    }


def delivery_out(delivery):
    names = ("id", "status", "attempts", "answer", "words")
    moments = ("due_at", "tried_at", "delivered_at")
    return {
        **{name: getattr(delivery, name) for name in names},
        **{name: utc(getattr(delivery, name)) for name in moments},
        "event": delivery.event_id,
        "type": delivery.event.type,
        "body": json.loads(delivery.event.body),
    }
