"""Service workers, and the page that they show where a page cannot be loaded. See decision 437."""

import hashlib
import json
import re
from base64 import b64encode
from functools import lru_cache

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from core.public_pages import bypass_middleware
from core.static_files import read_minified

from .brand import Brand, current_brand

# Browsers look for a new worker with each page that they load, unless the last answer is as young.
SECONDS = 300


@bypass_middleware
@require_safe
def site_worker(request: HttpRequest, language: str) -> HttpResponse:
    """Return the service worker of the whole site, which its address allows it to be."""
    return service_worker(request, "site-worker.js", language)


def service_worker(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """Return the script `static/js/<name>` with the page for visitors without a connection.

    The script is the same for everybody. A page that has changed changes it, and browsers notice.
    """
    if language not in dict(settings.LANGUAGES):
        return HttpResponse(status=404)
    script, etag = _script(name, language, current_brand().version)
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    response.headers["ETag"] = etag
    response.headers[HEADER] = build_policy()
    return get_conditional_response(request, etag=etag, response=response) or response


def offline_page(language: str, brand: Brand) -> tuple[str, dict[str, str]]:
    """Return the page and its headers. It needs no other file, and has no personal data."""
    styles, script = _styles_of(brand), read_minified("js/offline.js")
    context = {"brand": brand, "styles": styles, "script": script}
    with translation.override(language):
        # Without the request: context processors would look for a visitor.
        page = get_template("offline.html").render(context)
    policy = {
        "default-src": ["'none'"],
        "style-src": [_hash_of(styles)],
        "script-src": [_hash_of(script)],
        "connect-src": ["'self'"],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return page, {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        HEADER: build_policy(config=policy),
    }


@lru_cache(maxsize=64)
def _script(name: str, language: str, version: str) -> tuple[str, str]:
    """Return the script and its ETag for a version of the brand."""
    page, headers = offline_page(language, current_brand())
    parts = [f"const OFFLINE = {json.dumps({'page': page, 'headers': headers})};"]
    parts += [read_minified(f"js/{part}") for part in ("offline-response.js", name)]
    script = "\n".join(parts)
    return script, quote_etag(hashlib.blake2b(script.encode(), digest_size=12).hexdigest())


def _styles_of(brand: Brand) -> str:
    css = read_minified("css/tokens.css") + read_minified("css/offline.css")
    # The page is about no show, and has no seats.
    css = re.sub(r"\.accent-\d+{[^}]*}|--category-\d:[^;}]*;?", "", css)
    if brand.accents:
        day, night = brand.accents
        css += f":root{{--day:{day};--night:{night}}}"
    return css


def _hash_of(text: str) -> str:
    """Return the source expression of an inline style or script (CSP Level 3)."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
