"""The cookie with a visitor's queue token, sent to the pages of that queue only."""

from django.http import HttpResponse
from django.urls import reverse

from .models import WaitingRoom

COOKIE = "queue_token"


def forget_queue_token(response: HttpResponse, performance_id: int) -> HttpResponse:
    """Delete the browser's queue token of one performance."""
    path = reverse("waitingroom:queue", args=[performance_id])
    response.delete_cookie(COOKIE, path=path, samesite="Lax")
    return response


def forget_queue_tokens(response: HttpResponse) -> HttpResponse:
    """Delete the browser's queue tokens of all active queues. One query."""
    rooms = WaitingRoom.objects.in_use().values_list("performance_id", flat=True)
    for performance_id in rooms.order_by("performance_id"):
        forget_queue_token(response, performance_id)
    return response
