"""Health checks for load balancers and monitoring: `/healthz` and `/readyz`."""

from celery import current_app
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core.headers import GetResponse
from core.heartbeat import statuses

TIMEOUT = 1  # Seconds that the broker may take to answer.


def answer_probes(get_response: GetResponse) -> GetResponse:
    """Middleware: answer probes first; they have no allowed host, no TLS and no session."""
    probes = {"/healthz": healthz, "/readyz": readyz}

    def middleware(request: HttpRequest) -> HttpResponse:
        return probes.get(request.path_info, get_response)(request)

    return middleware


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can. A failure means that it should be restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """Report the state of each service. 503 means that no customers should be sent here.

    Only a missing database stops the sale. Without cache, broker, worker or clock tickets are still
    sold and e-mails are sent later: these are for monitoring, which reads the body.
    """
    is_ready = _database()
    found = {"database": is_ready, "cache": _cache(), "broker": _broker()}
    body = {name: "ok" if answers else "unavailable" for name, answers in found.items()}
    return JsonResponse(body | _background(is_ready), status=200 if is_ready else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _background(is_ready: bool) -> dict[str, str]:
    try:
        return statuses() if is_ready else {}
    except DatabaseError:
        return {}


def _cache() -> bool:
    # Not through the project's cache backend, which hides outages of Redis.
    try:
        return bool(cache._cache.get_client().ping())  # type: ignore[attr-defined]
    except (RedisError, OSError):
        return False


def _broker() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=TIMEOUT) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=TIMEOUT)
    except (OperationalError, RedisError, OSError):
        return False
    return True
