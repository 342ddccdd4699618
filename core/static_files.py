"""Static files: how they are collected, and service workers.

They are hashed and compressed, and our own scripts minified.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.http import HttpResponse
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage


def minified(script: str) -> str:
    """Return a script without comments and needless spaces; names stay."""
    return jsmin(script)


class MinifiedStorage(CompressedManifestStaticFilesStorage):
    """Minify the scripts of `static/js` when they are saved. Those of libraries are already."""

    def _save(self, name: str, content: Any) -> str:
        if name.startswith("js/") and name.endswith(".js"):
            # Not `read`: the file was read before, to name it after its hash. Chunks rewind it.
            script = b"".join(content.chunks()).decode()
            content = ContentFile(minified(script).encode())
        return super()._save(name, content)


def service_worker(name: str) -> HttpResponse:
    """Return the script static/js/`name` for the path that limits it. Browsers look for changes."""
    response = HttpResponse(_read_script(name), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _read_script(name: str) -> bytes:
    return (settings.BASE_DIR / "static" / "js" / name).read_bytes()
