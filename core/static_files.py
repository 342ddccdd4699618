"""Static files: collected ones are hashed and compressed, our own scripts and styles minified."""

from functools import cache
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Both leave out comments and needless spaces, and nothing else: names and rules stay.
MINIFIERS = {".js": jsmin, ".css": cssmin}
FOLDERS = {"js", "css"}


def minified(name: str, text: str) -> str:
    """Return the text of a script or style sheet, without comments and spaces."""
    return str(MINIFIERS[PurePosixPath(name).suffix](text))


class MinifiedStorage(CompressedManifestStaticFilesStorage):
    """Minify what `static/js` and `static/css` hold when it is saved. Libraries did so already."""

    def _save(self, name: str, content: Any) -> str:
        path = PurePosixPath(name)
        if path.parts[0] in FOLDERS and path.suffix in MINIFIERS:
            # Not `read`: the file was read before, to name it after its hash. Chunks rewind it.
            text = b"".join(content.chunks()).decode()
            content = ContentFile(minified(name, text).encode())
        return super()._save(name, content)


@cache
def read_minified(name: str) -> str:
    """Return the minified text of a file below `static/`, such as "js/offline.js"."""
    return minified(name, (settings.BASE_DIR / "static" / name).read_text())
