"""Letters for tests."""

from itertools import count

from emails.models import OutboxEmail
from emails.outbox import enqueue_email

_numbers = count(1)


def make_owed(**changes):
    """A letter of the kind "greeting", owed and due."""
    number = next(_numbers)
    details = {
        "kind": "greeting",
        "key": f"greeting:{number}",
        "to": f"reader{number}@example.org",
        "about": {"name": f"Reader {number}"},
        **changes,
    }
    enqueue_email(**details)
    return OutboxEmail.objects.get(key=details["key"])
