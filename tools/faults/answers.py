"""What customers saw, and whether it was honest.

`served`     what they asked for, or a refusal in the words of the house (gone, lapsed, busy basket)
`come back`  503 with Retry-After, in the house's look: nothing is lost, try again
`cut off`    no answer: the process died. The browser says so, and the customer tries again
`broken`     everything else: a 500, a traceback, a page that is not ours. There must be none
"""

from collections import Counter
from dataclasses import dataclass, field

SERVED, COME_BACK, CUT_OFF, BROKEN = "served", "come back", "cut off", "broken"
REFUSALS = frozenset({403, 409, 410, 422})
TRACES = (b"Traceback", b"psycopg", b"OperationalError", b"Exception Value", b'File "/')


@dataclass
class Seen:
    """All answers of one trial: how many by kind, and the first few that were broken."""

    kinds: Counter = field(default_factory=Counter)
    statuses: Counter = field(default_factory=Counter)
    broken: list = field(default_factory=list)

    def note(self, step, status, headers, body):
        """Classify one answer, count it, and return its kind. `status` 0 is none at all."""
        kind = kind_of(status, headers, body)
        self.kinds[kind] += 1
        self.statuses[status] += 1
        if kind == BROKEN and len(self.broken) < 5:
            self.broken.append({"step": step, "status": status, "body": _words(body)})
        return kind


def kind_of(status, headers, body):
    if status == 0:
        return CUT_OFF
    if any(trace in body for trace in TRACES):
        return BROKEN
    if (
        status == 503
        and headers.get("Retry-After")
        and b"Your basket and your tickets are safe." in body
    ):
        return COME_BACK
    return SERVED if status < 400 or status in REFUSALS else BROKEN


def _words(body):
    return body[:2000].decode(errors="replace")
