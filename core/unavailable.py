"""What people are told while the database is away or busy: 503, when to come back, nothing lost.

Every error that no room answers itself ends in `server_error`, wherever in the layers of a request
it arose. One that comes from a database that cannot answer now is no fault of the code: it passes
by itself, and whoever sends their form again a moment later does nothing twice, because every step
of the sale may be repeated.
"""

import sys
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import get_template
from django.utils import translation
from django.views.defaults import server_error as fault_page

from core.same_origin import comes_from_us

# The database answers, but not this: a statement or a lock took too long, two waited for each
# other, there is no connection left. PostgreSQL's names for these (its appendix A).
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
# A connection that is refused has no such name, only words: those of PostgreSQL and of PgBouncer.
FULL = (
    "too many clients",
    "remaining connection slots",
    "no more connections allowed",
    "query_wait_timeout",
)
RETRY_AFTER = {"busy": 2, "away": 5}  # Seconds.

# A form of this size is handed back to be sent again; a picture or a seating plan is not.
LARGEST_FORM = 64 * 1024
SECRETS = ("password", "code", "secret")


def server_error(request):
    """Answer for an error that nobody caught: 503 while the database cannot answer, else 500."""
    trouble = trouble_of(sys.exc_info()[1])
    return fault_page(request) if trouble is None else _unavailable(request, trouble)


def trouble_of(error):
    """Return "busy" or "away" if the error comes from a database that cannot answer now, else None.

    An error may have been raised while another was dealt with: the whole chain is looked at.
    """
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OperationalError | InterfaceError):
            return "busy" if _sqlstate(error) in BUSY or _is_full(error) else "away"
        error = error.__cause__ or error.__context__
    return None


def without_traceback(record):
    """Filter of the log: a line for each page that had to be refused, but no traceback.

    During an outage there are thousands, and they all say the same.
    """
    if getattr(record, "status_code", None) == 503 and record.exc_info:
        error = record.exc_info[1]
        words = str(error).strip().partition("\n")[0]
        record.msg, record.args = f"{record.msg} (%s)", (*record.args, words)
        record.exc_info = record.exc_text = None
    return True


def _unavailable(request, trouble):
    language = translation.get_language_from_request(request)
    context = {"trouble": trouble, "again": _form_to_send_again(request), "back": _back(request)}
    with translation.override(language):
        # No request: whoever is looking stands in the database.
        body = get_template("503.html").render({**context, "language": language})
    response = HttpResponse(body, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER[trouble])
    response.headers["Cache-Control"] = "no-store"
    return response


def _sqlstate(error):
    return getattr(error.__cause__, "sqlstate", None)


def _is_full(error):
    words = str(error)
    return any(full in words for full in FULL)


def _form_to_send_again(request):
    """Return (where to, the fields) of what was sent, for a button that sends it once more.

    None for what is too large, holds a secret, or was sent by another site: our own button would
    give that a rank that it does not have.
    """
    if request.method != "POST" or comes_from_us(request) is not True:
        return None
    if request.content_type != "application/x-www-form-urlencoded":
        return None
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FORM:
        return None
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    if any(secret in name.lower() for name, _value in fields for secret in SECRETS):
        return None
    return {"action": request.get_full_path(), "fields": fields}


def _back(request):
    """The page of ours that the visitor came from, or this one if it can simply be asked for."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path if came_from.netloc == request.META.get("HTTP_HOST") else "/"
