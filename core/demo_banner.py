"""The banner of a production site whose payments are not real."""

import re

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

# Attributes may hold ">" between their quotes, as those of the admin's theme do.
BODY = re.compile(rb"""<body(?:[^>"']|"[^"]*"|'[^']*')*>""")


def demo_banner(get_response):
    """Middleware: put a banner on top of every whole HTML page, whoever made the page.

    The settings install it only where ALLOW_DEMO_PAYMENTS_IN_PRODUCTION lets a production site use
    the demo provider. It stands inside the cache of public pages, so that cached ones have it too.
    """

    def middleware(request):
        response = get_response(request)
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        if is_html and not response.streaming and (body := BODY.search(response.content)):
            _insert(response, body.end())
        return response

    return middleware


def _insert(response, position):
    with translation.override(response.headers.get("Content-Language") or settings.LANGUAGE_CODE):
        banner = render_to_string("_demo_banner.html").encode()
    content = response.content
    response.content = content[:position] + banner + content[position:]
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))
