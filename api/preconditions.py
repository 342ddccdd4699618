"""Conditional requests (RFC 9110, 13.1): change something only if it is still what was read.

Venues, shows and performances have an `ETag` of what programs can change of them. Everything else
has none, or one of its own, so an `If-Match` that names one there matches nothing.
"""

import hashlib
import json
import re
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shows.catalogue_files import SERIALIZERS

from .problems import Problem
from .rates import SAFE_METHODS

T = TypeVar("T")
HEADER = "If-Match"
# The addresses whose operations compare tags themselves.
COMPARED = re.compile(
    r"^/api/v1/(?:(?:staff/)?(?:venues|shows|performances)/[^/]+|performances/[^/]+/availability)$"
)


def etag_of(kind: str, row: Any) -> str:
    """Return the entity tag of a venue, show or performance (`kind` is "venues" and so on).

    It covers what programs write, and neither sales nor ratings, which change by themselves.
    """
    told = json.dumps(SERIALIZERS[kind](row), sort_keys=True, default=str)
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'


def check_match(request: HttpRequest, etag: str) -> None:
    """Refuse by 412 if the request names entity tags and `etag` is none of them."""
    wanted = request.headers.get(HEADER)
    if wanted is None or wanted.strip() == "*":
        return
    if etag not in [tag.strip() for tag in wanted.split(",")]:
        detail = _("It has changed since you read it. Read it again, and send the new ETag.")
        raise Problem(412, "precondition-failed", detail)


def with_etag(request: HttpRequest, response: HttpResponse, kind: str, row: T) -> T:
    """Return the row, its entity tag in the response. Reading refuses as `check_match` does."""
    etag = etag_of(kind, row)
    if request.method in SAFE_METHODS:
        check_match(request, etag)
    response.headers["ETag"] = etag
    return row


def refuse_unknown_match(request: HttpRequest) -> None:
    """Refuse by 412 a tag for something that has no entity tags."""
    if not COMPARED.match(request.path_info):
        check_match(request, "")
