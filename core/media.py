"""Serve uploaded pictures where no nginx does; in production it serves /media/ from MEDIA_ROOT."""

from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

# Pictures only, and no SVG, which may contain scripts.
_TYPES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


@require_safe
def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a picture, cacheable for a year: a new upload has a new name."""
    content_type = _TYPES.get(PurePosixPath(path).suffix.lower())
    if content_type is None:
        raise Http404
    try:
        modified = int(default_storage.get_modified_time(path).timestamp())
        file = default_storage.open(path)
    except (OSError, SuspiciousFileOperation, ValueError):
        raise Http404 from None
    known = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    if known is not None and modified <= known:
        file.close()
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = FileResponse(file, content_type=content_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Last-Modified"] = http_date(modified)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
