"""The Content-Security-Policy of the site, and the less strict one of the admin.

The admin's theme (Unfold) uses inline styles and Alpine.js, which evaluates expressions in
templates; so inline styles and `eval` are allowed there. Inline scripts are allowed nowhere.
"""

from collections.abc import Iterable
from functools import cache

from csp.constants import HEADER, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.headers import GetResponse

FORM_ORIGINS = "form_origins"  # The attribute of a response.
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
            origins = getattr(response, FORM_ORIGINS, ())
            response.headers.setdefault(HEADER, _policy(in_admin, origins))
        return response

    return middleware


def allow_forms_to(response: HttpResponse, origins: Iterable[str]) -> HttpResponse:
    """Let forms of this page lead to other sites, by the redirect that answers them."""
    setattr(response, FORM_ORIGINS, tuple(origins))
    return response


@cache
def _policy(in_admin: bool, form_origins: tuple[str, ...] = ()) -> str:
    update = dict(ADMIN) if in_admin else {}
    if form_origins:
        update["form-action"] = list(form_origins)
    return build_policy(update=update or None)
