"""Errors as problem details (RFC 9457), in the same form whatever goes wrong."""

import json
import logging
import re
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from bookings import exceptions as bookings
from bookings.documents.ticket_codes import ForgedCode, NotATicketCode
from core.annotations import Text
from core.exceptions import Refused
from core.money import amount_text
from core.unavailable import RETRY_AFTER, STATUS, outage_of
from door import exceptions as door
from payments.exceptions import PaymentError
from shows.terms import NoSuchPerformance
from waitingroom import exceptions as queue

logger = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_TYPE = "application/problem+json"
# Programs identify problems by this name, which never changes.
TYPE = "urn:concert:problem:"

SLUGS: dict[type, str] = {
    bookings.NotOnSale: "not-on-sale",
    bookings.NotSoldOnline: "not-sold-online",
    bookings.AccountNotApproved: "account-not-approved",
    bookings.NothingSelected: "nothing-selected",
    bookings.InvalidRequest: "invalid-data",
    bookings.NoSuchPlaces: "unknown-places",
    bookings.PlacesUnavailable: "places-unavailable",
    bookings.NoMatchingPlaces: "not-enough-places",
    bookings.LimitReached: "limit-reached",
    bookings.TooManyBaskets: "too-many-holds",
    bookings.LeavesSingleSeat: "leaves-single-seat",
    bookings.CompanionSeatAlone: "companion-seat-alone",
    bookings.HoldLapsed: "hold-expired",
    bookings.AlreadyExtended: "already-extended",
    bookings.QuoteChanged: "quote-changed",
    bookings.CannotCancel: "cannot-cancel",
    bookings.NoValidTickets: "nothing-to-send",
    bookings.CannotBlock: "cannot-block",
    bookings.CannotPutOnSale: "cannot-put-on-sale",
    bookings.QueueRequired: "queue-required",
    bookings.TooManyHoldRequests: "hold-limit-reached",
    bookings.TooManyFromNetwork: "too-many-from-network",
    NotATicketCode: "not-a-ticket-code",
    ForgedCode: "forged-ticket-code",
}
QUEUE_SLUGS: dict[type, str] = {
    queue.PassRequired: "queue-pass-required",
    queue.NoQueue: "no-queue",
    queue.QueueClosed: "queue-closed",
    queue.InvalidQueueToken: "invalid-queue-token",
    queue.NotYourTurn: "not-your-turn",
    queue.SaleFull: "sale-full",
    queue.AlreadyAdmitted: "already-admitted",
    queue.TooManyFromAddress: "too-many-from-address",
    queue.TooManyRequests: "too-many-hold-requests",
    queue.WrongCode: "wrong-code",
    queue.LooksAutomated: "automated-request",
}
DOOR_SLUGS: dict[type, str] = {
    door.AlreadyCheckedIn: "already-checked-in",
    door.WrongPerformance: "wrong-performance",
    door.TicketCancelled: "ticket-cancelled",
    door.TicketReissued: "ticket-reissued",
    door.ForgedTicket: "forged-ticket",
    door.UnknownTicket: "unknown-ticket",
    door.CheckInRefused: "check-in-refused",
    door.NothingToUndo: "nothing-to-undo",
}
ALL_SLUGS = SLUGS | QUEUE_SLUGS | DOOR_SLUGS
TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    412: "Precondition failed",
    413: "Content too large",
    415: "Unsupported media type",
    422: "Unprocessable content",
    429: "Too many requests",
    500: "Internal error",
    502: "Bad gateway",
    503: "Service unavailable",
}
GENERAL = {
    400: "bad-request",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    412: "precondition-failed",
    413: "too-large",
    422: "invalid",
    429: "too-many-requests",
    500: "internal-error",
}


# Limits of what one response lists, because it may be stored.
MAX_ERRORS, MAX_POINTER, MAX_DETAIL = 50, 300, 1000


class Problem(Exception):
    """Stops a request; the response has `slug`, `detail` and the members `more`."""

    def __init__(
        self,
        status: int,
        slug: str,
        detail: Text = "",
        *,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.headers = headers or {}
        self.more = more

    def response(self) -> HttpResponse:
        """Return the response of this problem."""
        return problem_response(
            self.status, self.slug, self.detail, headers=self.headers, **self.more
        )


def problem_response(
    status: int,
    slug: str | None = None,
    detail: object = "",
    *,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    """Return the response for a problem; `more` are further members of it."""
    slug = slug or GENERAL.get(status, "problem")
    body = {
        "type": f"{TYPE}{slug}",
        "title": TITLES.get(status, "Problem"),
        "status": status,
        "detail": str(detail),
        **more,
    }
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if status == 401:
        headers.setdefault("WWW-Authenticate", "Bearer")
    return HttpResponse(
        json.dumps(body, default=str), status=status, content_type=CONTENT_TYPE, headers=headers
    )


def answer_problems(service: NinjaAPI) -> None:
    """Make a NinjaAPI answer every exception with problem details."""
    handlers: dict[type[Exception], Any] = {
        Problem: _problem,
        Refused: _refusal,
        PaymentError: _payment,
        NoSuchPerformance: _not_found,
        Http404: _not_found,
        ValidationError: _invalid,
        AuthenticationError: _unauthorized,
        PermissionDenied: _forbidden,
        HttpError: _http,
        OperationalError: _unavailable,
        InterfaceError: _unavailable,
        Exception: _internal,
    }
    for kind, handler in handlers.items():
        service.add_exception_handler(kind, handler)


def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


def _refusal(request: HttpRequest, refusal: Any) -> HttpResponse:
    return problem_response(refusal.status, slug_of(refusal), str(refusal), **_members_of(refusal))


def slug_of(refusal: Exception) -> str:
    """Return the stable name of a refusal: from the tables, or else its class name, hyphenated."""
    kind = type(refusal)
    return ALL_SLUGS.get(kind) or re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def _members_of(refusal: Exception) -> dict[str, Any]:
    """Return the members with which a client can continue."""
    if isinstance(refusal, bookings.LimitReached):
        return {"limit": refusal.limit, "current": refusal.have}
    if isinstance(refusal, bookings.PlacesUnavailable):
        return {"places": refusal.unavailable, "seats": refusal.seat_ids}
    if isinstance(refusal, bookings.QuoteChanged):
        currency = refusal.quote.currency
        total = {"amount": amount_text(refusal.quote.total, currency), "currency": currency}
        return {"quote": refusal.quote.token, "total": total}
    if isinstance(refusal, (bookings.CannotBlock, bookings.LeavesSingleSeat)):
        return {"places": refusal.labels}
    if isinstance(refusal, (bookings.CannotPutOnSale, bookings.InvalidRequest)):
        return {"reasons": [str(reason) for reason in refusal.reasons]}
    return {}


def _payment(request: HttpRequest, error: PaymentError) -> HttpResponse:
    logger.warning("The payment provider refused: %s", error)
    return problem_response(
        503,
        "payment-provider-unavailable",
        _("The payment could not be started. Nothing was charged. Please try again."),
        headers={"Retry-After": "5"},
    )


def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(404, detail=_("Not found."))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {
            "pointer": ("/" + "/".join(str(part) for part in found["loc"]))[:MAX_POINTER],
            "detail": str(found["msg"])[:MAX_DETAIL],
        }
        for found in error.errors[:MAX_ERRORS]
    ]
    detail = "; ".join(f"{found['pointer']}: {found['detail']}" for found in errors)
    return problem_response(422, detail=detail[:1000], errors=errors)


def _unauthorized(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(
        401, detail=_("Send “Authorization: Bearer …” with an access token, or an API key.")
    )


def _forbidden(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(403, detail=str(error) or _("You don't have permission to do this."))


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_response(error.status_code, detail=str(error))


def invalid_form(form: forms.BaseForm, *, member: str = "") -> Problem:
    """Return the problem of a form with invalid fields, which are in `member` of the body."""
    body = f"/body/{member}".rstrip("/")
    errors: list[dict[str, Any]] = [
        {"pointer": f"{body}/{name}" if name != "__all__" else body, "detail": str(error)}
        for name, found in form.errors.items()
        for error in found
    ]
    detail = " ".join(error["detail"] for error in errors)
    return Problem(422, "invalid", detail or _("The submitted data is invalid."), errors=errors)


def unavailable(error: Exception) -> HttpResponse:
    """Return the problem for an outage: of the database (503), or a full disk (507)."""
    outage = outage_of(error) or "away"
    logger.warning("Outage (%s): %s", outage, str(error).strip().partition("\n")[0])
    return problem_response(
        STATUS[outage],
        "disk-full" if outage == "full" else f"database-{outage}",
        _("The service is unavailable. Nothing was lost; send the same request again."),
        headers={"Retry-After": str(RETRY_AFTER[outage])},
    )


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    return unavailable(error)


def _internal(request: HttpRequest, error: Exception) -> HttpResponse:
    if outage_of(error):
        return unavailable(error)
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem_response(500, detail=_("Internal error. It has been logged."))
