"""Is this process alive, and can it sell? For load balancers and whoever watches the house."""

from celery import current_app
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

PATIENCE = 1  # Seconds that each part may take to answer.


def answer_probes(get_response):
    """Middleware, before all other: a probe names no host, speaks plain HTTP and has no session."""
    probes = {"/healthz": healthz, "/readyz": readyz}

    def middleware(request):
        return probes.get(request.path_info, get_response)(request)

    return middleware


@require_safe
@never_cache
def healthz(_request):
    """Answer as long as the process can: a failure means that it should be started again."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request):
    """Say of each part whether it answers. 503 means: send customers elsewhere.

    Only a missing database does that. Without cache or broker places are still held and sold,
    and letters leave later, so a house must not close because of them.
    """
    found = {"database": _database(), "cache": _cache(), "broker": _broker()}
    words = {name: "ok" if answers else "away" for name, answers in found.items()}
    return JsonResponse(words, status=200 if found["database"] else 503)


def _database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache():
    # Asked beneath the cache that forgives everything, which would say that all is well.
    try:
        return cache._cache.get_client().ping()
    except (RedisError, OSError):
        return False


def _broker():
    try:
        with current_app.connection_for_write(connect_timeout=PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
    except (OperationalError, RedisError, OSError):
        return False
    return True
