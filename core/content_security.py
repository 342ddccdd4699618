"""The Content-Security-Policy of our pages, and that of the admin, which allows a little more.

Nothing on ours is inline. The admin's theme writes its colours into each page and has a library
evaluate the expressions that its templates hold, so there styles may be inline and scripts may
evaluate text. No script may be inline, there or anywhere.
"""

from functools import cache

from csp.constants import HEADER, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.utils import build_policy
from django.conf import settings
from django.urls import reverse

ADMIN = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


def content_security(get_response):
    """Middleware: send the policy with every answer, except with Django's own pages for debugging.

    The library's middleware puts the same header together anew for each answer.
    """

    def middleware(request):
        response = get_response(request)
        if not (settings.DEBUG and response.status_code in (404, 500)):
            in_admin = request.path_info.startswith(reverse("admin:index"))
            response.headers.setdefault(HEADER, _policy(in_admin))
        return response

    return middleware


@cache
def _policy(in_admin):
    return build_policy(update=ADMIN if in_admin else None)
