"""Pages that are the same for every visitor who is not logged in, made once a second for all.

    @public_page(1, query=["city", "page"])
    def show_list(request): ...

The decorator says that the page may be shared and on which query parameters it depends. The
middleware, placed right after SecurityMiddleware, keeps the finished answer (headers and
compressed body included) through `core.shared_cache`, so that a shared page costs neither sessions
nor templates nor queries.

What a public page promises:

- It looks at nothing but path, named parameters, language and `HX-Request`. All other parameters
  are taken away before the view runs, so nobody can put words into a shared page.
- It sets no cookie and opens no session, so it holds no CSRF token. A form on it posts to a view
  which checks the origin of the request by itself (as those of `bookings` do), or is a GET form.
- With a session (or a message waiting to be shown) it is made for that visitor alone and is
  answered as `private, no-store`.

Browsers ask each time and are mostly told 304: were they to keep the page, they would show the
logged-out one after a login. Shared caches may keep it for `seconds`; they must let requests with
a session cookie pass (see docs/decisions/0030-public-pages.md).
"""

import gzip
import hashlib
import logging
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified, QueryDict
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from core.headers import accepts_gzip, end_of_this_second
from core.shared_cache import BuildFailed, get_or_build

logger = logging.getLogger(__name__)

# Headers of a 304 (RFC 9110, 15.4.5); the others describe a body that is not sent.
_HEADERS_OF_304 = frozenset(["cache-control", "cdn-cache-control", "content-language", "vary"])


def public_page(seconds, *, query=(), unkept=()):
    """Say that a view's GET answer is the same for all visitors, and may be `seconds` old.

    `query` are the parameters it depends on. `unkept` are others that it depends on with too many
    values to keep an answer for each (such as a text to search for): with one of these the page
    is public all the same, but made anew.

    Only answers with status 200 are kept. A view answers `Cache-Control: no-store` to have one left
    out, for example for bad input.
    """
    policy = _Policy(seconds, frozenset(query) | frozenset(unkept), frozenset(unkept))

    def decorate(view):
        view.public_page = policy
        return view

    return decorate


def answered_first(view):
    """Say that a view looks at nothing of the visitor at all, not even the language.

    It is called before sessions, languages and accounts are looked at, which costs more than such a
    view does. It sees neither `request.user` nor a session, sets its own cache headers, and answers
    404 by itself rather than raise Http404, whose page would ask who is looking.
    """
    view.answered_first = True
    return view


class PublicPages:
    """Middleware: answers what `public_page` marks from what is kept."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        match = _match(request)
        if match is None:
            return self.get_response(request)
        if getattr(match.func, "answered_first", False):
            return match.func(request, *match.args, **match.kwargs)
        policy = getattr(match.func, "public_page", None)
        if policy is None:
            return self.get_response(request)
        if _is_personal(request):
            return _made_private(self.get_response(request))
        return self._answer(request, policy)

    def _answer(self, request, policy):
        is_head = request.method == "HEAD"
        is_gzipped = accepts_gzip(request)
        known_etags = request.headers.get("If-None-Match", "")
        visit = _Visit.of(request, policy)

        def build():
            return _page_from(visit.prepared(request), self.get_response, policy, visit)

        try:
            if visit.is_kept:
                page = get_or_build(visit.key, policy.seconds, build)
            else:
                page = build()
        except _NotShared as answer:
            return answer.response
        except BuildFailed as failure:
            return failure.args[0]
        if known_etags and (page.etag in known_etags or known_etags == "*"):
            response = page.not_modified()
        else:
            response = page.response(gzipped=is_gzipped, with_body=not is_head)
        if policy.seconds == 1 and not visit.is_fragment:
            response.headers["X-Accel-Expires"] = end_of_this_second()
        return response


@dataclass(frozen=True, slots=True)
class _Policy:
    seconds: int
    query: frozenset
    unkept: frozenset


class _NotShared(Exception):
    """The view gave an answer for this visitor only, such as a 404 or a redirect."""

    def __init__(self, response):
        super().__init__(response.status_code)
        self.response = response


@dataclass(frozen=True, slots=True)
class _Visit:
    """What a public page may depend on, and nothing else."""

    path: str
    query: str
    language: str
    is_fragment: bool
    is_kept: bool

    @classmethod
    def of(cls, request, policy):
        pairs = []
        is_kept = True
        if request.META.get("QUERY_STRING"):
            for name in sorted(policy.query.intersection(request.GET)):
                # One value each, which is the one that `request.GET` gives. Repeating a parameter
                # would make any number of keys for the same page.
                value = request.GET[name]
                if value.strip():
                    pairs.append((name, value))
                    is_kept = is_kept and name not in policy.unkept
        return cls(
            path=request.path_info,
            query=urlencode(pairs),
            language=get_language_from_request(request),
            # Going back in history, htmx asks for the whole page.
            is_fragment="HTTP_HX_REQUEST" in request.META
            and "HTTP_HX_HISTORY_RESTORE_REQUEST" not in request.META,
            is_kept=is_kept,
        )

    @property
    def key(self):
        return f"page {self.path}?{self.query} {self.language} {'fragment' * self.is_fragment}"

    def prepared(self, request):
        """Make the request say no more than the visit does."""
        request.method = request.META["REQUEST_METHOD"] = "GET"
        request.META["QUERY_STRING"] = self.query
        request.GET = QueryDict(self.query)
        for header in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE"):
            request.META.pop(header, None)
        return request


@dataclass(frozen=True, slots=True)
class _Page:
    """A finished answer. Only what can be kept in Redis."""

    headers: tuple
    body: bytes
    gzipped: bytes
    etag: str

    def response(self, *, gzipped, with_body):
        body = self.gzipped if gzipped else self.body
        response = HttpResponse(body if with_body else b"", headers=dict(self.headers))
        response.headers["ETag"] = self.etag
        response.headers["Content-Length"] = str(len(body))
        if gzipped:
            response.headers["Content-Encoding"] = "gzip"
        return response

    def not_modified(self):
        kept = {name: value for name, value in self.headers if name.lower() in _HEADERS_OF_304}
        return HttpResponseNotModified(headers=kept | {"ETag": self.etag})


def _match(request):
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _is_personal(request):
    # A message to be shown once travels in a cookie of its own, also without a session.
    cookies = request.COOKIES
    return bool(cookies) and (settings.SESSION_COOKIE_NAME in cookies or "messages" in cookies)


def _made_private(response):
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _page_from(request, get_response, policy, visit):
    response = get_response(request)
    if response.status_code >= 500:
        raise BuildFailed(response)
    if response.status_code != 200 or response.streaming or _refuses_to_be_kept(response):
        raise _NotShared(response)
    if response.cookies or "cookie" in response.headers.get("Vary", "").lower():
        logger.error("%s is public but looks at the session or sets a cookie.", request.path)
        raise _NotShared(_made_private(response))
    patch_vary_headers(response, ["Accept-Encoding", "HX-Request"])
    for name, value in _cache_headers(policy, visit).items():
        response.headers[name] = value
    body = response.content
    headers = tuple(
        (name, value)
        for name, value in response.headers.items()
        if name not in ("Content-Length", "ETag")
    )
    digest = hashlib.blake2b(body, digest_size=12).hexdigest()
    # Weak, because the plain and the compressed body share it.
    return _Page(headers, body, gzip.compress(body, 6, mtime=0), f'W/"{digest}"')


def _refuses_to_be_kept(response):
    return "no-store" in response.headers.get("Cache-Control", "")


def _cache_headers(policy, visit):
    if visit.is_fragment:
        # It shares its address with the page, and many shared caches don't look at `Vary`.
        return {"Cache-Control": "private, no-store"}
    return {
        "Cache-Control": f"public, max-age=0, s-maxage={policy.seconds}",
        # For shared caches alone: browsers would show the logged-out page once more after a login.
        "CDN-Cache-Control": f"public, max-age={policy.seconds}, stale-while-revalidate=30",
    }
