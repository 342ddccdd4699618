"""How the API says no: problem details (RFC 9457), the same form for whatever goes wrong."""

import json
import logging
import re

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError, ValidationError

from bookings import exceptions as bookings
from bookings.documents.ticket_codes import ForgedCode, NotACode
from core.money import amount_text
from core.unavailable import RETRY_AFTER, STATUS, outage_of
from door import exceptions as door
from payments.exceptions import PaymentError
from shows.exceptions import NoSuchPerformance
from waitingroom import exceptions as queue

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
# Programs tell problems apart by this name; it never changes once it is here.
TYPE = "urn:concert:problem:"

SLUGS = {
    bookings.NotOnSale: "not-on-sale",
    bookings.NotSoldOnline: "not-sold-online",
    bookings.MayNotBook: "may-not-book",
    bookings.NothingChosen: "nothing-chosen",
    bookings.NotUnderstood: "not-understood",
    bookings.NoSuchPlaces: "no-such-places",
    bookings.PlacesGone: "places-gone",
    bookings.NothingFits: "nothing-fits",
    bookings.LimitReached: "limit-reached",
    bookings.TooManyBaskets: "too-many-baskets",
    bookings.LeavesSingleSeat: "leaves-single-seat",
    bookings.CompanionAlone: "companion-alone",
    bookings.HoldLapsed: "hold-lapsed",
    bookings.AlreadyExtended: "already-extended",
    bookings.QuoteChanged: "quote-changed",
    bookings.CannotCancel: "cannot-cancel",
    bookings.NothingToSend: "nothing-to-send",
    bookings.CannotBlock: "cannot-block",
    bookings.CannotPutOnSale: "cannot-put-on-sale",
    bookings.QueueFirst: "queue-first",
    bookings.AskedTooOften: "held-too-often",
    bookings.TooManyFromNetwork: "too-many-from-network",
    NotACode: "not-a-code",
    ForgedCode: "forged-code",
}
QUEUE_SLUGS = {
    queue.PassNeeded: "pass-needed",
    queue.NoQueue: "no-queue",
    queue.QueueClosed: "queue-closed",
    queue.BadPlace: "bad-place",
    queue.NotYourTurn: "not-your-turn",
    queue.RoomFull: "room-full",
    queue.AlreadyInside: "already-inside",
    queue.TooManyFromHere: "too-many-from-here",
    queue.TooManyRequests: "asked-too-often",
    queue.WrongCode: "wrong-code",
    queue.LooksAutomatic: "looks-automatic",
}
DOOR_SLUGS = {
    door.AlreadyIn: "already-in",
    door.WrongPerformance: "wrong-performance",
    door.TicketCancelled: "ticket-cancelled",
    door.TicketReissued: "ticket-replaced",
    door.Forged: "forged-ticket",
    door.Unknown: "unknown-ticket",
    door.NotLetIn: "not-let-in",
    door.NothingToUndo: "nothing-to-undo",
}
ALL_SLUGS = SLUGS | QUEUE_SLUGS | DOOR_SLUGS
TITLES = {
    400: "Bad request",
    401: "Not logged in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    412: "Precondition failed",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not understood",
    429: "Too many requests",
    500: "Internal error",
    502: "Payment provider away",
    503: "Unavailable",
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


# What of the errors of one request is told, however many and long they are: the answer may be kept.
MOST_ERRORS, LONGEST_POINTER, LONGEST_DETAIL = 50, 300, 1000


class Problem(Exception):
    """Stops a request; the caller is told `slug`, `detail` and `more`."""

    def __init__(self, status, slug, detail="", *, headers=None, **more):
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.headers = headers or {}
        self.more = more


def problem_response(status, slug=None, detail="", *, headers=None, **more):
    """Return the answer for a problem; `more` are further members of it."""
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


def answer_problems(service):
    """Make a NinjaAPI answer every exception as a problem."""
    for kind, handler in {
        Problem: _problem,
        bookings.Refusal: _refusal,
        queue.Refused: _refusal,
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
    }.items():
        service.add_exception_handler(kind, handler)


def _problem(request, problem):
    return problem_response(
        problem.status, problem.slug, problem.detail, headers=problem.headers, **problem.more
    )


def _refusal(request, refusal):
    return problem_response(refusal.status, slug_of(refusal), str(refusal), **_members_of(refusal))


def slug_of(refusal):
    """The stable name of a refusal: from the tables, or else that of its kind, with hyphens."""
    kind = type(refusal)
    return ALL_SLUGS.get(kind) or re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def _members_of(refusal):
    """What of a refusal a program can go on with."""
    if isinstance(refusal, bookings.LimitReached):
        return {"limit": refusal.limit, "have": refusal.have}
    if isinstance(refusal, bookings.PlacesGone):
        return {"places": refusal.gone, "seats": refusal.seat_ids}
    if isinstance(refusal, bookings.QuoteChanged):
        currency = refusal.quote.currency
        total = {"amount": amount_text(refusal.quote.total, currency), "currency": currency}
        return {"quote": refusal.quote.token, "total": total}
    if isinstance(refusal, (bookings.CannotBlock, bookings.LeavesSingleSeat)):
        return {"places": refusal.labels}
    if isinstance(refusal, (bookings.CannotPutOnSale, bookings.NotUnderstood)):
        return {"reasons": [str(reason) for reason in refusal.reasons]}
    return {}


def _payment(request, error):
    logger.warning("The payment provider refused: %s", error)
    return problem_response(
        503,
        "payment-provider-away",
        _("The payment could not be started just now. Nothing was charged; please try again."),
        headers={"Retry-After": "5"},
    )


def _not_found(request, error):
    return problem_response(404, detail=_("There is nothing here, or not for you."))


def _invalid(request, error):
    errors = [
        {
            "pointer": ("/" + "/".join(str(part) for part in found["loc"]))[:LONGEST_POINTER],
            "detail": str(found["msg"])[:LONGEST_DETAIL],
        }
        for found in error.errors[:MOST_ERRORS]
    ]
    detail = "; ".join(f"{found['pointer']}: {found['detail']}" for found in errors)
    return problem_response(422, detail=detail[:1000], errors=errors)


def _unauthorized(request, error):
    return problem_response(
        401, detail=_("Send “Authorization: Bearer …” from a log-in, or an API key.")
    )


def _forbidden(request, error):
    return problem_response(403, detail=str(error) or _("Your account may not do this."))


def _http(request, error):
    return problem_response(error.status_code, detail=str(error))


def unavailable(error):
    """Return the problem for an outage: of the database (503), or a full disk (507)."""
    outage = outage_of(error)
    logger.warning("Outage (%s): %s", outage, str(error).strip().partition("\n")[0])
    return problem_response(
        STATUS[outage],
        "disk-full" if outage == "full" else f"database-{outage}",
        _("We cannot answer just now. Nothing is lost; send the same request again."),
        headers={"Retry-After": str(RETRY_AFTER[outage])},
    )


def _unavailable(request, error):
    return unavailable(error)


def _internal(request, error):
    if outage_of(error):
        return unavailable(error)
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem_response(
        500, detail=_("Something went wrong on our side. It has been written down.")
    )
