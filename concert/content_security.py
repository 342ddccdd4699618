"""The Content-Security-Policy of the admin, which differs from that of all other pages.

Nothing on ours is inline. The admin's theme writes its colours into each page and has a library
evaluate the expressions that its templates hold, so there styles may be inline and scripts may
evaluate text. No script may be inline, there or anywhere.
"""

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.urls import reverse

ADMIN = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


class ContentSecurity(CSPMiddleware):
    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(reverse("admin:index")):
            parts.update = {**ADMIN, **(parts.update or {})}
        return parts
