"""The web application: both APIs, the hosted pages and the control API under one address."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map
from werkzeug.wrappers import Request, Response

from .pages import Pages
from .stripe_api.api import StripeApi

if TYPE_CHECKING:
    from .sandbox import Sandbox


class App:
    """A WSGI application. A route's endpoint is a function and what it is given first."""

    def __init__(self, sandbox: "Sandbox") -> None:
        stripe = StripeApi(sandbox.stripe_keys)
        self._routes = Map([*stripe.rules(), *Pages(sandbox).rules()])

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        return self._answer(request)(environ, start)

    def _answer(self, request: Request) -> Response:
        try:
            (function, *before), names = self._routes.bind_to_environ(request.environ).match()
        except HTTPException as error:
            return error.get_response(request.environ)  # type: ignore[return-value]
        return function(request, *before, **names)
