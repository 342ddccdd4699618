"""The web application: both APIs, the hosted pages and the control API under one address."""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map
from werkzeug.wrappers import Request, Response

from .control import Control
from .dashboard import Dashboard
from .mollie_api.api import MollieApi
from .pages import Pages
from .stripe_api.api import StripeApi

if TYPE_CHECKING:
    from .sandbox import Sandbox


def unknown_call(request: Request) -> Response | None:
    """Answer a call that the sandbox does not have as the API would, if it is one of an API."""
    message = f"Unrecognized request URL ({request.method}: {request.path}) at the sandbox."
    if request.path.startswith("/v1/"):
        error = {"message": message, "type": "invalid_request_error"}
        return _json({"error": error}, 404)
    if request.path.startswith("/v2/"):
        return _json({"status": 404, "title": "Not Found", "detail": message}, 404)
    return None


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")


class App:
    """A WSGI application. A route's endpoint is a function and what it is given first."""

    def __init__(self, sandbox: "Sandbox") -> None:
        parts = [
            StripeApi(sandbox.stripe_keys),
            MollieApi(sandbox.mollie, sandbox.mollie_live),
            Pages(sandbox),
            Control(sandbox),
            Dashboard(sandbox),
        ]
        self.idempotency_keys = [part.idempotency for part in parts[:2]]
        self._routes = Map([rule for part in parts for rule in part.rules()])

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        return self._answer(request)(environ, start)

    def _answer(self, request: Request) -> Response:
        try:
            (function, *before), names = self._routes.bind_to_environ(request.environ).match()
        except HTTPException as error:
            return unknown_call(request) or error.get_response(request.environ)
        try:
            return function(request, *before, **names)
        except HTTPException as error:
            return error.get_response(request.environ)
