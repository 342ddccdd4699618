"""Errors as Stripe's API writes them: https://docs.stripe.com/api/errors."""

from typing import Any


class StripeError(Exception):
    """An answer other than 200. Subclasses set the usual status and type."""

    status = 400
    type = "invalid_request_error"

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        param: str = "",
        status: int = 0,
        type: str = "",
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status, self.type = status or self.status, type or self.type
        self.body = {"message": message, "type": self.type} | more
        if code:
            self.body |= {"code": code, "doc_url": f"https://docs.stripe.com/error-codes#{code}"}
        if param:
            self.body["param"] = param


class InvalidParameter(StripeError):
    """The request's parameters fail validation; such an answer is not kept for its key."""


class NotFound(StripeError):
    status = 404

    def __init__(self, kind: str, name: str, *, param: str = "id", hint: str = "") -> None:
        super().__init__(f"No such {kind}: '{name}'{hint}", code="resource_missing", param=param)


class Unauthorized(StripeError):
    status = 401


class Forbidden(StripeError):
    status = 403


class IdempotencyConflict(StripeError):
    type = "idempotency_error"
