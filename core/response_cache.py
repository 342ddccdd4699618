"""Answers that are the same for everybody, given again until their second is over.

    application = given_again(get_wsgi_application())       # concert/wsgi.py
    may_be_given_again(request, until=shared_until(key))     # in a view, before it answers

In a rush nearly all requests ask for a mark or for free places, and Django's way to an answer that
is there already costs more than to give it. So each process gives the finished answer again, before
Django is asked, to whoever asks for the same path; once a second the view is asked anew.

Only for views that are `answered_first`: these look at nothing of the visitor. An answer is given
no longer than what it was made of is fresh, so nothing gets older by it, and not beyond the second
of the clock that its `X-Accel-Expires` names (docs/decisions/0230-answers-given-again.md).
"""

import threading
import time
from dataclasses import dataclass

from core.bounded_cache import store_bounded

KEPT_AT_MOST = 512  # Answers, in each process.

_UNTIL = "concert.may_be_given_again_until"
_ABOUT_THE_BODY = frozenset(["content-encoding", "content-length", "content-type"])


def may_be_given_again(request, *, until):
    """Say that the answer to this request is right for everybody, until then (monotonic clock)."""
    request.META[_UNTIL] = until


def given_again(application):
    """Return the WSGI application with the answers of this second in front of it."""
    kept, room = {}, threading.Lock()

    def keep(key, answer):
        with room:
            store_bounded(kept, key, answer, most=KEPT_AT_MOST)

    def answer(environ, start_response):
        key = _key(environ)
        known = kept.get(key)
        if known is None:
            result = application(environ, start_response)
            if _UNTIL in environ and environ["REQUEST_METHOD"] == "GET":
                keep(key, _NOTHING_YET)
            return result
        # The view is asked for the whole answer, for those who come after. Whether this visitor has
        # it already is found out here.
        etag = environ.pop("HTTP_IF_NONE_MATCH", None)
        if time.monotonic() >= known.until:
            told = []
            result = application(environ, lambda *what: told.append(what))
            status, headers = told[-1][:2]
            if status != "200 OK" or _UNTIL not in environ:
                kept.pop(key, None)
                start_response(*told[-1])
                return result
            known = _Answer.of(headers, result, environ[_UNTIL])
            keep(key, known)
        return known.give(etag, start_response)

    return answer


@dataclass(frozen=True, slots=True)
class _Answer:
    until: float = 0.0  # On the monotonic clock.
    body: bytes = b""
    headers: tuple = ()
    etag: str = ""

    @classmethod
    def of(cls, headers, result, until):
        try:
            body = b"".join(result)
        finally:
            result.close()
        rest_of_second = 1 - time.time() % 1
        etag = next((value for name, value in headers if name == "ETag"), "")
        return cls(min(until, time.monotonic() + rest_of_second), body, tuple(headers), etag)

    def give(self, etag, start_response):
        if etag is not None and etag == self.etag:
            start_response("304 Not Modified", self._headers_without_body())
            return [b""]
        start_response("200 OK", list(self.headers))
        return [self.body]

    def _headers_without_body(self):
        return [pair for pair in self.headers if pair[0].lower() not in _ABOUT_THE_BODY]


_NOTHING_YET = _Answer()


def _key(environ):
    # Whoever asks without TLS may be sent elsewhere, and is told less than the others.
    return (
        environ["REQUEST_METHOD"],
        environ["PATH_INFO"],
        "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""),
        environ["wsgi.url_scheme"],
        environ.get("HTTP_X_FORWARDED_PROTO"),
    )
