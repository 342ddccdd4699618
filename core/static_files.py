"""Static files: collected ones are hashed and compressed, and our own scripts minified."""

from functools import cache
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
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


@cache
def read_source(name: str) -> str:
    """Return the text of a file below `static/`, such as "js/offline.js"."""
    return (settings.BASE_DIR / "static" / name).read_text()
