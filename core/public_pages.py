"""Cached pages that are the same for every visitor who is not signed in.

    @public_page(1, query=["city", "page"])
    def show_list(request): ...

The decorator marks a view as cacheable and names the query parameters that it depends on. The
middleware, placed right after SecurityMiddleware, caches the finished response (headers and
compressed body included) in `core.shared_cache`, so that a cached page costs neither sessions nor
templates nor queries.

Rules for a public page:

- It depends only on path, named parameters, language and `HX-Request`. All other parameters are
  removed before the view runs, so that nobody can place text in a cached page.
- It sets no cookie and opens no session, so it contains no CSRF token. A form on it posts to a view
  that checks the origin of the request (`core.same_origin`), or is a GET form.
- With a session (or a message waiting to be shown, or a cookie that the view names) it is rendered
  for that visitor alone and sent as `private, no-store`.

Browsers revalidate each time and mostly get a 304: if they kept the page, they would show the
signed-out page after a sign-in. Shared caches may keep it for `seconds`; they must pass on requests
with a session cookie (see docs/decisions/0030-public-pages.md).
"""

import gzip
import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from core.headers import GetResponse, accepts_gzip, end_of_this_second
from core.shared_cache import BuildFailed, get_or_build

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]

# Headers of a 304 (RFC 9110, 15.4.5); others describe the body.
_HEADERS_OF_304 = frozenset(["cache-control", "cdn-cache-control", "content-language", "vary"])


def public_page(
    seconds: int, *, query: Iterable[str] = (), uncached: Iterable[str] = (), personal: str = ""
) -> Callable[[View], View]:
    """Decorator: cache a view's GET response for all visitors, up to `seconds`.

    `query` are the parameters that it depends on. `uncached` are further ones with too many values
    to cache a response for each (such as a search text): with one of these the page is public but
    rendered anew. `personal` names a cookie with which the page is the visitor's own; nginx has to
    know it too (`deploy/nginx/concert-http.conf`).

    Only responses with status 200 are cached. A view sends `Cache-Control: no-store` to exclude
    one, for example for invalid input.
    """
    names = frozenset(query) | frozenset(uncached)
    policy = _Policy(seconds, names, frozenset(uncached), personal)

    def decorate(view: View) -> View:
        view.public_page = policy  # type: ignore[attr-defined]
        return view

    return decorate


def bypass_middleware(view: View) -> View:
    """Decorator: call the view before the middleware for sessions, languages and accounts.

    For views that depend on nothing of the visitor, which cost less than that middleware. They have
    neither `request.user` nor a session, set their own cache headers, and return a 404 instead of
    raising Http404, whose page needs the user.
    """
    view.bypass_middleware = True  # type: ignore[attr-defined]
    return view


class PublicPages:
    """Middleware: answer views marked by `public_page` from the cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        match = _match(request)
        if match is None:
            return self.get_response(request)
        if getattr(match.func, "bypass_middleware", False):
            return match.func(request, *match.args, **match.kwargs)
        policy = getattr(match.func, "public_page", None)
        if policy is None:
            return self.get_response(request)
        if _is_personal(request) or policy.personal in request.COOKIES:
            return _as_private(self.get_response(request))
        return self._answer(request, policy)

    def _answer(self, request, policy):
        is_head = request.method == "HEAD"
        is_gzipped = accepts_gzip(request)
        known_etags = request.headers.get("If-None-Match", "")
        visit = _Visit.of(request, policy)

        def build():
            return _page_from(visit.prepared(request), self.get_response, policy, visit)

        try:
            if visit.is_cached:
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
    uncached: frozenset
    personal: str


class _NotShared(Exception):
    """The response is not cached, such as a 404 or a redirect."""

    def __init__(self, response):
        super().__init__(response.status_code)
        self.response = response


@dataclass(frozen=True, slots=True)
class _Visit:
    """Everything that a public page may depend on."""

    path: str
    query: str
    language: str
    is_fragment: bool
    is_cached: bool

    @classmethod
    def of(cls, request: HttpRequest, policy: "_Policy") -> "_Visit":
        pairs = []
        is_cached = True
        if request.META.get("QUERY_STRING"):
            for name in sorted(policy.query.intersection(request.GET)):
                # Only the last value, which `request.GET` returns: repeated parameters would make
                # any number of keys for the same page.
                value = request.GET[name]
                if value.strip():
                    pairs.append((name, value))
                    is_cached = is_cached and name not in policy.uncached
        return cls(
            path=request.path_info,
            query=urlencode(pairs),
            language=get_language_from_request(request),
            # htmx requests the whole page when the user goes back in history.
            is_fragment="HTTP_HX_REQUEST" in request.META
            and "HTTP_HX_HISTORY_RESTORE_REQUEST" not in request.META,
            is_cached=is_cached,
        )

    @property
    def key(self):
        return f"page {self.path}?{self.query} {self.language} {'fragment' * self.is_fragment}"

    def prepared(self, request):
        """Reduce the request to what the page may depend on."""
        request.method = request.META["REQUEST_METHOD"] = "GET"
        request.META["QUERY_STRING"] = self.query
        request.GET = QueryDict(self.query)
        for header in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE"):
            request.META.pop(header, None)
        return request


@dataclass(frozen=True, slots=True)
class _Page:
    """A finished response, as stored in Redis."""

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
    # Messages are stored in a cookie of their own, also without a session.
    cookies = request.COOKIES
    return bool(cookies) and (settings.SESSION_COOKIE_NAME in cookies or "messages" in cookies)


def _as_private(response):
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _page_from(request, get_response, policy, visit):
    response = get_response(request)
    if response.status_code >= 500:
        raise BuildFailed(response)
    if response.status_code != 200 or response.streaming or _refuses_caching(response):
        raise _NotShared(response)
    if response.cookies or "cookie" in response.headers.get("Vary", "").lower():
        logger.error("%s is public but uses the session or sets a cookie.", request.path)
        raise _NotShared(_as_private(response))
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


def _refuses_caching(response):
    return "no-store" in response.headers.get("Cache-Control", "")


def _cache_headers(policy, visit):
    if visit.is_fragment:
        # It has the same URL as the page, and many shared caches ignore `Vary`.
        return {"Cache-Control": "private, no-store"}
    return {
        "Cache-Control": f"public, max-age=0, s-maxage={policy.seconds}",
        # For shared caches only: browsers would show the signed-out page once more after a sign-in.
        "CDN-Cache-Control": f"public, max-age={policy.seconds}, stale-while-revalidate=30",
    }
