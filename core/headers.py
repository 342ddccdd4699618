"""HTTP headers that Django does not handle by itself."""

import time
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

# Browser features that no page uses. The camera is for the scanner of the door.
UNUSED_FEATURES = ["accelerometer", "geolocation", "gyroscope", "microphone", "payment", "usb"]
PERMISSIONS_POLICY = ", ".join(["camera=(self)", *(f"{name}=()" for name in UNUSED_FEATURES)])


def nosniff(get_response: GetResponse) -> GetResponse:
    """Middleware, outermost: add `X-Content-Type-Options: nosniff` to every response.

    Django's SecurityMiddleware misses what is answered before it, such as probes, and its own
    refusals, such as an unknown host.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    return middleware


def permissions_policy(get_response: GetResponse) -> GetResponse:
    """Middleware: add `Permissions-Policy` to every response."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware


def accepts_gzip(request: HttpRequest) -> bool:
    """Return whether the client accepts gzip (RFC 9110, 12.5.3)."""
    return _accepts_gzip(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=256)
def _accepts_gzip(accept_encoding: str) -> bool:
    weights = {}
    for part in accept_encoding.lower().split(","):
        coding, *parameters = (text.strip() for text in part.split(";"))
        weights[coding] = next(
            (
                value.strip()
                for name, _equals, value in (p.partition("=") for p in parameters)
                if name.strip() == "q"
            ),
            "1",
        )
    weight = weights.get("gzip", weights.get("x-gzip", weights.get("*", "0")))
    try:
        return float(weight) > 0
    except ValueError:
        return False


def end_of_this_second() -> str:
    """Return the `X-Accel-Expires` of a response to cache until the current second ends.

    nginx counts whole seconds, so that its `max-age=1` lasts up to two of them. The header is for
    nginx alone, which removes it. It must come after `Cache-Control`: the last one counts.
    """
    return f"@{int(time.time())}"


def public_for_a_second(etag: str) -> dict[str, str]:
    """Return the headers of a small response that is the same for everybody and requested often."""
    return {
        # While one client revalidates, others briefly get the previous response.
        "Cache-Control": "public, max-age=1, stale-while-revalidate=1",
        "ETag": etag,
        "Vary": "Accept-Encoding",
        "X-Accel-Expires": end_of_this_second(),
    }
