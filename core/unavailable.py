"""The page for outages: the database is unavailable or busy (503), or the disk is full (507).

Every exception that no view handles ends in `server_error`. An outage of the database is temporary,
and forms can be sent again safely, because every step of the sale can be repeated. A full disk
needs an administrator.
"""

import errno
import logging
import sys
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils import translation
from django.views.defaults import server_error as fault_page

from core.same_origin import is_same_origin

# The database answers, but this query failed: timeouts, deadlocks, no connection left. PostgreSQL's
# error codes (its appendix A).
BUSY = frozenset(
    {
        "57014",  # query_canceled: statement_timeout
        "55P03",  # lock_not_available: lock_timeout
        "40P01",  # deadlock_detected
        "40001",  # serialization_failure
        "25P03",  # idle_in_transaction_session_timeout
        "53300",  # too_many_connections
    }
)
# A refused connection has no such code, only a message, by PostgreSQL or PgBouncer.
TOO_MANY_CONNECTIONS = (
    "too many clients",
    "remaining connection slots",
    "no more connections allowed",
    "query_wait_timeout",
)
# The disk of the database server, and that of uploaded files.
DISK_FULL = "53100"
DISK_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})

RETRY_AFTER = {"busy": 2, "unavailable": 5, "full": 60}  # Seconds.
STATUS = {"busy": 503, "unavailable": 503, "full": 507}

# Larger forms, such as uploads, are not included in the page to be sent again.
MAX_FORM_BYTES = 64 * 1024
SECRETS = ("password", "code", "secret")

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an unhandled exception: the page for outages, else Django's page with status 500."""
    outage = outage_of(sys.exc_info()[1])
    return fault_page(request) if outage is None else _unavailable(request, outage)


def outage_of(error: BaseException | None) -> str | None:
    """Return "busy" or "unavailable" (the database), "full" (a disk), or None.

    Follows the chain of causes and contexts of the exception.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in DISK_FULL_ERRNOS:
            return "full"
        if isinstance(error, OperationalError | InterfaceError):
            code = _sqlstate(error)
            if code == DISK_FULL:
                return "full"
            return "busy" if code in BUSY or _is_out_of_connections(error) else "unavailable"
        error = error.__cause__ or error.__context__
    return None


def without_traceback(record: logging.LogRecord) -> bool:
    """Logging filter: shorten the record of a 503 to one line without a traceback.

    During an outage there are thousands of them.
    """
    if getattr(record, "status_code", None) == 503 and record.exc_info:
        message = str(record.exc_info[1]).strip().partition("\n")[0]
        arguments = record.args if isinstance(record.args, tuple) else ()
        record.msg, record.args = f"{record.msg} (%s)", (*arguments, message)
        record.exc_info = record.exc_text = None
    return True


def _unavailable(request: HttpRequest, outage: str) -> HttpResponse:
    if outage == "full":
        logger.critical("The disk is full: %s %s failed.", request.method, request.path)
    language = translation.get_language_from_request(request)
    context = {"outage": outage, "form": _form_to_repeat(request), "back": _back(request)}
    with translation.override(language):
        # Without the request: context processors would query the database for the user.
        body = get_template("503.html").render(context)
    response = HttpResponse(body, status=STATUS[outage])
    response.headers["Retry-After"] = str(RETRY_AFTER[outage])
    response.headers["Cache-Control"] = "no-store"
    return response


def _sqlstate(error: BaseException) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


def _is_out_of_connections(error: BaseException) -> bool:
    message = str(error)
    return any(text in message for text in TOO_MANY_CONNECTIONS)


def _form_to_repeat(request: HttpRequest) -> dict[str, object] | None:
    """Return action and fields of the posted form, for a button that sends it again.

    Return None for a form that is too large, contains a secret, or was posted by another site: the
    button would turn it into a request by this site.
    """
    if request.method != "POST" or is_same_origin(request) is not True:
        return None
    if request.content_type != "application/x-www-form-urlencoded":
        return None
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_FORM_BYTES:
        return None
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    if any(secret in name.lower() for name, _value in fields for secret in SECRETS):
        return None
    return {"action": request.get_full_path(), "fields": fields}


def _back(request: HttpRequest) -> str:
    """Return the page of this site that the visitor came from; for a GET, the page itself."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path if came_from.netloc == request.META.get("HTTP_HOST") else "/"
