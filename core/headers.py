"""Headers that Django does not set by itself."""

import time

# What a page, or anything that gets into one, may never ask of a visitor's device. The camera is
# for the door alone, on its own pages.
NOT_NEEDED = ["accelerometer", "geolocation", "gyroscope", "microphone", "payment", "usb"]
PERMISSIONS_POLICY = ", ".join(["camera=(self)", *(f"{feature}=()" for feature in NOT_NEEDED)])


def nosniff(get_response):
    """Middleware, before all other: no browser guesses at what an answer is.

    Django's own leaves out what is answered before it, such as probes, and what it refuses itself,
    such as a host that is not ours.
    """

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    return middleware


def permissions_policy(get_response):
    """Middleware: send `Permissions-Policy` with every answer."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware


def end_of_this_second():
    """Return the `X-Accel-Expires` of an answer to keep until the second of the clock ends.

    nginx counts whole seconds, so that its `max-age=1` lasts up to two of them. What is a second
    old already when it gets there would be three before anybody saw the next. The header is for
    nginx alone, which takes it away; it comes behind `Cache-Control`, because the last one counts.
    """
    return f"@{int(time.time())}"


def public_for_a_second(etag):
    """Return the headers of a small answer that is the same for everybody and often asked for."""
    return {
        # While one reader has the next one made, the others are given this one for a moment.
        "Cache-Control": "public, max-age=1, stale-while-revalidate=1",
        "ETag": etag,
        "Vary": "Accept-Encoding",
        "X-Accel-Expires": end_of_this_second(),
    }
