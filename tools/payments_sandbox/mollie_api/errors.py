"""Errors as Mollie's API writes them: https://docs.mollie.com/reference/handling-errors."""

from typing import Any

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized Request",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class MollieError(Exception):
    def __init__(self, status: int, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.body: dict[str, Any] = {
            "status": status,
            "title": _TITLES.get(status, "Error"),
            "detail": detail,
            "_links": {
                "documentation": {
                    "href": "https://docs.mollie.com/overview/handling-errors",
                    "type": "text/html",
                }
            },
        }
        if field:
            self.body["field"] = field


def not_found(id: str) -> MollieError:
    return MollieError(404, f"No entity exists with token '{id}'")


def invalid(field: str, detail: str) -> MollieError:
    return MollieError(422, detail, field)
