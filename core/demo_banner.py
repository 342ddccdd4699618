"""The banner of a production site with demo payments."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from core.headers import GetResponse

# Quoted attributes may contain ">", as those of the admin's theme do.
BODY = re.compile(rb"""<body(?:[^>"']|"[^"]*"|'[^']*')*>""")


def demo_banner(get_response: GetResponse) -> GetResponse:
    """Middleware: insert a banner at the top of every complete HTML page.

    Installed only where ALLOW_DEMO_PAYMENTS_IN_PRODUCTION allows the demo provider in production.
    It is inside the cache of public pages, so that cached pages have the banner too.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        if is_html and not response.streaming and (body := BODY.search(response.content)):
            _insert(response, body.end())
        return response

    return middleware


def _insert(response: HttpResponse, position: int) -> None:
    with translation.override(response.headers.get("Content-Language") or settings.LANGUAGE_CODE):
        banner = render_to_string("_demo_banner.html").encode()
    content = response.content
    response.content = content[:position] + banner + content[position:]
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))
