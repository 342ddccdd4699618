"""Factories of e-mails."""

from datetime import timedelta
from itertools import count

from django.db.models.functions import Now

from emails.models import OutboxEmail
from emails.outbox import enqueue_email, enqueue_message

_numbers = count(1)


def make_email(**changes):
    """Enqueue an e-mail of the kind "greeting", due now."""
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


def make_message(**changes):
    """Make a rendered e-mail as from Django's mail API, read from the database."""
    details = {
        "to": "ann@example.org",
        "subject": "Hello",
        "text": "Good evening.",
        "html": "<p>Good evening.</p>",
        **changes,
    }
    return OutboxEmail.objects.get(pk=enqueue_message(**details).pk)


def end_leases(settings):
    """Expire every lease, as if its worker had been killed; make postponed e-mails due."""
    settings.LEASE_SECONDS = 0  # The test database was started just now.
    ago = Now() - timedelta(hours=1)
    OutboxEmail.objects.unsent().filter(leased_until__isnull=False).update(leased_until=ago)
    OutboxEmail.objects.rendered().update(due_at=ago)
