"""Serve service workers from the paths that limit them, not from /static/."""

from functools import cache

from django.conf import settings
from django.http import HttpResponse


def service_worker(name: str) -> HttpResponse:
    """Return the script static/js/`name`. Browsers ask for changes each time."""
    response = HttpResponse(_read_script(name), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _read_script(name: str) -> bytes:
    return (settings.BASE_DIR / "static" / "js" / name).read_bytes()
