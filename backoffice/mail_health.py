"""How many e-mails are waiting to be sent, for how long, and when the last one was sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from post_office.models import STATUS, Email, Log

from emails.models import OutboxEmail

# The scheduler sends twice a minute, so something is wrong with what waits for this long.
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class MailHealth:
    """`waiting` e-mails are due and have not been sent; the first of them was due at `since`."""

    waiting: int = 0
    since: datetime | None = None
    is_late: bool = False
    last_sent: datetime | None = None


def mail_health(now: datetime) -> MailHealth:
    """Return the MailHealth at `now`, with three short queries."""
    unrendered = OutboxEmail.objects.owed().aggregate(count=Count("pk"), first=Min("due_at"))
    queued = Email.objects.filter(status__in=[STATUS.queued, STATUS.requeued])
    unsent = queued.aggregate(count=Count("pk"), first=Min("created"))
    sent = Log.objects.filter(status=STATUS.sent).order_by("-pk").first()
    since = min(filter(None, [unrendered["first"], unsent["first"]]), default=None)
    return MailHealth(
        waiting=unrendered["count"] + unsent["count"],
        since=since,
        is_late=since is not None and now - since > LATE,
        last_sent=sent and sent.date,
    )
