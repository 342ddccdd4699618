"""The schema of a webhook's body, for the API's documentation."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema

from ..models import PING, EventType
from ..schemas import OneOf

Type = Annotated[str, OneOf.of([*EventType.values, PING])]


class WebhookEvent(Schema):
    """The body of a webhook. `data` has the performance, and what the type says."""

    type: Type
    timestamp: datetime = Field(description="When it happened.")
    data: dict[str, Any] = Field(
        examples=[{"performance": {"id": 7, "title": "Nachtmusik"}, "places_total": 400}]
    )
