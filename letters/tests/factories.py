"""Letters for tests."""

from itertools import count

from letters.models import Letter
from letters.owing import owe_letter

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
    owe_letter(**details)
    return Letter.objects.get(key=details["key"])
