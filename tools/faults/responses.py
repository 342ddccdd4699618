"""Classify the responses that customers got.

`served`  the requested page, or a refusal with a message (seats unavailable, basket expired)
`retry`   503 with Retry-After and the site's own page
`lost`    no response: the process died, and the customer tries again
`error`   everything else: a 500, a traceback, another server's page. There must be none
"""

from collections import Counter
from dataclasses import dataclass, field

SERVED, RETRY, CONNECTION_LOST, ERROR = "served", "retry", "lost", "error"
REFUSALS = frozenset({403, 409, 410, 422})
TRACES = (b"Traceback", b"psycopg", b"OperationalError", b"Exception Value", b'File "/')


@dataclass
class Responses:
    """All responses of one run: how many of each kind, and the first errors."""

    kinds: Counter = field(default_factory=Counter)
    statuses: Counter = field(default_factory=Counter)
    errors: list = field(default_factory=list)

    def note(self, step, status, headers, body):
        """Classify one response, count it, and return its kind. `status` 0 means no response."""
        kind = kind_of(status, headers, body)
        self.kinds[kind] += 1
        self.statuses[status] += 1
        if kind == ERROR and len(self.errors) < 5:
            self.errors.append({"step": step, "status": status, "body": _words(body)})
        return kind


def kind_of(status, headers, body):
    if status == 0:
        return CONNECTION_LOST
    if any(trace in body for trace in TRACES):
        return ERROR
    if (
        status == 503
        and headers.get("Retry-After")
        and b"Your basket and your tickets are safe." in body
    ):
        return RETRY
    return SERVED if status < 400 or status in REFUSALS else ERROR


def _words(body):
    return body[:2000].decode(errors="replace")
