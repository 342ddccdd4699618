"""The cookie with a visitor's queue token, sent to the pages of that queue only."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from .models import WaitingRoom

COOKIE = "queue_token"
# Marks visitors who want an e-mail, so that pages of all others need no query.
ALERT_COOKIE = "queue_alert"
ALERT_COOKIE_AGE = 60 * 60 * 24 * 14


def delete_queue_cookie(response: HttpResponse, performance_id: int) -> HttpResponse:
    """Delete the browser's queue token of one performance."""
    path = reverse("waitingroom:queue", args=[performance_id])
    response.delete_cookie(COOKIE, path=path, samesite="Lax")
    return response


def set_alert_cookie(
    response: HttpResponse, request: HttpRequest, performance_id: int
) -> HttpResponse:
    """Note in the browser that its visitor wants an e-mail before their turn."""
    response.set_cookie(
        ALERT_COOKIE,
        "1",
        max_age=ALERT_COOKIE_AGE,
        path=reverse("waitingroom:queue", args=[performance_id]),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def delete_alert_cookie(response: HttpResponse, performance_id: int) -> HttpResponse:
    """Undo `set_alert_cookie`."""
    path = reverse("waitingroom:queue", args=[performance_id])
    response.delete_cookie(ALERT_COOKIE, path=path, samesite="Lax")
    return response


def delete_queue_cookies(response: HttpResponse) -> HttpResponse:
    """Delete the browser's queue tokens of all active queues. One query."""
    rooms = WaitingRoom.objects.in_use().values_list("performance_id", flat=True)
    for performance_id in rooms.order_by("performance_id"):
        delete_queue_cookie(response, performance_id)
    return response
