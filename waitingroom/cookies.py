"""The cookie with a visitor's place in a queue, sent to the pages of that queue alone."""

from django.http import HttpResponse
from django.urls import reverse

from .models import WaitingRoom

COOKIE = "place"


def forget_place(response: HttpResponse, performance_id: int) -> HttpResponse:
    """Have the browser forget its place in one queue."""
    path = reverse("waitingroom:queue", args=[performance_id])
    response.delete_cookie(COOKIE, path=path, samesite="Lax")
    return response


def forget_places(response: HttpResponse) -> HttpResponse:
    """Have the browser forget its places in all queues there are. One query."""
    rooms = WaitingRoom.objects.in_use().values_list("performance_id", flat=True)
    for performance_id in rooms.order_by("performance_id"):
        forget_place(response, performance_id)
    return response
