"""For staff integrations: manage webhooks. See docs/webhooks.md."""

import json
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from core.enqueue import enqueue_soon

from ..callers import STAFF, ApiRequest, require
from ..idempotency import SECRET_MEMBERS
from ..models import PING, Delivery, Endpoint, EventType, Scope
from ..problems import Problem
from ..schemas import Id, Limit, Offset, OneOf, Page, page_of, utc
from ..webhooks import sending
from ..webhooks.endpoints import enable, make_endpoint, rotate_secret
from ..webhooks.http_client import Unreachable
from ..webhooks.publishing import ping

router = Router(auth=STAFF)
Type = Annotated[str, OneOf.of(EventType.values)]
DeliveryStatus = Annotated[str, OneOf.of(Delivery.Status.values)]


class WebhookIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=80, examples=["Accounting"])]
    url: Annotated[
        str, Field(min_length=1, max_length=500, examples=["https://accounting.example.com/hook"])
    ]
    events: Annotated[list[Type], Field(min_length=1, max_length=20)]


class WebhookOut(Schema):
    id: int
    name: str
    url: str
    events: list[Type]
    enabled: bool
    disabled_reason: str
    failing_since: datetime | None
    created_at: datetime
    secret: str | None = Field(
        None, description="Shown once: on creation, and when it is rotated.", examples=["whsec_…"]
    )


class DeliveryOut(Schema):
    id: int
    event: str = Field(description="The webhook-id, the same on every attempt.")
    type: Annotated[str, OneOf.of([*EventType.values, PING])]
    status: DeliveryStatus
    attempts: int
    response_status: int | None = Field(description="HTTP status of the last attempt, if any.")
    response_summary: str = Field(description="Beginning of the response, or the error.")
    next_attempt_at: datetime
    last_attempt_at: datetime | None
    delivered_at: datetime | None
    body: dict[str, Any]


@router.post("", response={201: WebhookOut}, summary="Create a webhook")
def create_webhook(
    request: ApiRequest, response: HttpResponse, data: WebhookIn
) -> Status[dict[str, Any]]:
    """Create a webhook. Its `secret` is shown only in this response."""
    require(request, Scope.WEBHOOKS, "api.add_endpoint")
    setattr(response, SECRET_MEMBERS, ("secret",))
    try:
        endpoint, secret = make_endpoint(owner=request.caller.account, **data.dict())
    except Unreachable as refusal:
        errors = [{"pointer": "/body/url", "detail": str(refusal)}]
        raise Problem(422, "url-refused", str(refusal), errors=errors) from None
    return Status(201, webhook_out(endpoint, secret))


@router.get("", response=Page[WebhookOut], summary="List webhooks")
def list_webhooks(request: ApiRequest, limit: Limit = 20, offset: Offset = 0) -> dict[str, Any]:
    """List all webhooks, the newest first."""
    require(request, Scope.WEBHOOKS, "api.view_endpoint")
    return page_of(Endpoint.objects.all(), webhook_out, limit=limit, offset=offset)


@router.delete("/{pk}", response={204: None}, summary="Delete a webhook")
def delete_webhook(request: ApiRequest, pk: Id) -> Status[None]:
    """Delete a webhook and its deliveries."""
    require(request, Scope.WEBHOOKS, "api.delete_endpoint")
    get_object_or_404(Endpoint, pk=pk).delete()
    return Status(204, None)


@router.post("/{pk}/secret", response=WebhookOut, summary="Rotate the secret")
def rotate_webhook_secret(request: ApiRequest, response: HttpResponse, pk: Id) -> dict[str, Any]:
    """Create a new secret. The previous one signs as well for another day."""
    require(request, Scope.WEBHOOKS, "api.change_endpoint")
    setattr(response, SECRET_MEMBERS, ("secret",))
    endpoint = get_object_or_404(Endpoint, pk=pk)
    return webhook_out(endpoint, rotate_secret(endpoint=endpoint))


@router.post("/{pk}/ping", response=DeliveryOut, summary="Send a test event")
def ping_webhook(request: ApiRequest, pk: Id) -> dict[str, Any]:
    """Send an event of the type `ping`."""
    require(request, Scope.WEBHOOKS, "api.change_endpoint")
    return delivery_out(ping(endpoint=get_object_or_404(Endpoint, pk=pk)))


@router.post("/{pk}/enable", response=WebhookOut, summary="Enable a webhook")
def enable_webhook(request: ApiRequest, pk: Id) -> dict[str, Any]:
    """Enable a webhook that was disabled by staff, or because it failed for days."""
    require(request, Scope.WEBHOOKS, "api.change_endpoint")
    endpoint = get_object_or_404(Endpoint, pk=pk)
    enable(endpoint=endpoint)
    return webhook_out(Endpoint.objects.get(pk=pk))


@router.get("/{pk}/deliveries", response=Page[DeliveryOut], summary="List deliveries")
def list_webhook_deliveries(
    request: ApiRequest,
    pk: Id,
    status: Annotated[str, OneOf.of(["", *Delivery.Status.values])] = "",
    limit: Limit = 20,
    offset: Offset = 0,
) -> dict[str, Any]:
    """List the deliveries of a webhook, the newest first."""
    require(request, Scope.WEBHOOKS, "api.view_delivery")
    rows = get_object_or_404(Endpoint, pk=pk).deliveries.select_related("event")
    rows = rows.filter(status=status) if status else rows
    return page_of(rows, delivery_out, limit=limit, offset=offset)


@router.post(
    "/{pk}/deliveries/{delivery}/replay", response=DeliveryOut, summary="Send an event again"
)
def replay_webhook_delivery(request: ApiRequest, pk: Id, delivery: Id) -> dict[str, Any]:
    """Send an event again, whatever its status. It keeps its id."""
    require(request, Scope.WEBHOOKS, "api.change_delivery")
    rows = Delivery.objects.filter(endpoint=pk)
    get_object_or_404(rows, pk=delivery)
    sending.replay(rows.filter(pk=delivery))
    enqueue_soon("api.tasks.deliver_webhooks")
    return delivery_out(rows.select_related("event").get(pk=delivery))


def webhook_out(endpoint: Endpoint, secret: str | None = None) -> dict[str, Any]:
    """Render a webhook, with its secret if it was just created."""
    names = ("id", "name", "url", "events", "disabled_reason")
    return {
        **{name: getattr(endpoint, name) for name in names},
        "enabled": endpoint.is_enabled,
        "failing_since": utc(endpoint.failing_since),
        "created_at": utc(endpoint.created_at),
        "secret": secret,
    }


def delivery_out(delivery: Delivery) -> dict[str, Any]:
    """Render a delivery with its event."""
    names = ("id", "status", "attempts", "response_status", "response_summary")
    times = ("next_attempt_at", "last_attempt_at", "delivered_at")
    return {
        **{name: getattr(delivery, name) for name in names},
        **{name: utc(getattr(delivery, name)) for name in times},
        "event": delivery.event_id,
        "type": delivery.event.type,
        "body": json.loads(delivery.event.body),
    }
