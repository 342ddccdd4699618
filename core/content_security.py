"""The Content-Security-Policy of the site, and the less strict one of the admin.

The admin's theme (Unfold) uses inline styles and Alpine.js, which evaluates expressions in
templates; so inline styles and `eval` are allowed there. Inline scripts are allowed nowhere.
"""

from functools import cache

from csp.constants import HEADER, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.headers import GetResponse

ADMIN = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


def site_policy() -> dict[str, list[str]]:
    """Return the directives of the site: nothing inline."""
    return {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }


def content_security(get_response: GetResponse) -> GetResponse:
    """Middleware: add the policy to every response except Django's debug pages.

    django-csp's middleware would build the same header for each response.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not (settings.DEBUG and response.status_code in (404, 500)):
            in_admin = request.path_info.startswith(reverse("admin:index"))
            response.headers.setdefault(HEADER, _policy(in_admin))
        return response

    return middleware


@cache
def _policy(in_admin: bool) -> str:
    return build_policy(update=ADMIN if in_admin else None)
