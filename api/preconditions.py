"""Conditional requests (RFC 9110, 13.1): change a resource only if it is still what was read.

Venues, shows and performances have an `ETag` of what integrations can change of them. Everything
else has none, or one of its own, so an `If-Match` there matches nothing.
"""

import hashlib
import json
import re
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shows.catalogue_files import SERIALIZERS

from .problems import SAFE_METHODS, Problem

T = TypeVar("T")
HEADER = "If-Match"
# The paths whose operations compare entity tags themselves.
COMPARED = re.compile(
    r"^/api/v1/(?:(?:staff/)?(?:venues|shows|performances)/[^/]+|performances/[^/]+/availability)$"
)


def etag_of(kind: str, row: Any) -> str:
    """Return the entity tag of a venue, show or performance (`kind` is "venues" and so on).

    It covers what integrations write, not sales and ratings, which change by themselves.
    """
    content = json.dumps(SERIALIZERS[kind](row), sort_keys=True, default=str)
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:24]}"'


def check_match(request: HttpRequest, etag: str) -> None:
    """Raise `Problem` (412) if the request has entity tags and `etag` is none of them."""
    expected = request.headers.get(HEADER)
    if expected is None or expected.strip() == "*":
        return
    if etag not in [tag.strip() for tag in expected.split(",")]:
        detail = _("It has changed since you read it. Read it again, and send the new ETag.")
        raise Problem(412, "precondition-failed", detail)


def with_etag(request: HttpRequest, response: HttpResponse, kind: str, row: T) -> T:
    """Set the entity tag of a row in the response, and return the row.

    For a safe method, raises what `check_match` does.
    """
    etag = etag_of(kind, row)
    if request.method in SAFE_METHODS:
        check_match(request, etag)
    response.headers["ETag"] = etag
    return row


def refuse_unknown_match(request: HttpRequest) -> None:
    """Raise `Problem` (412) for an entity tag of something that has none."""
    if not COMPARED.match(request.path_info):
        check_match(request, "")
