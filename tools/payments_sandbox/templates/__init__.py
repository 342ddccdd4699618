"""Render the sandbox's pages."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
from werkzeug.wrappers import Response

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _moment(timestamp: float) -> str:
    return f"{datetime.fromtimestamp(timestamp, UTC):%d %b %Y, %H:%M} UTC"


_environment.filters["moment"] = _moment


def render(name: str, status: int = 200, **context: Any) -> Response:
    """Return a page."""
    html = _environment.get_template(name).render(**context)
    return Response(html, status=status, content_type="text/html; charset=utf-8")
