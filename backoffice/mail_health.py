"""Whether letters go out: what waits, for how long, and when the last one left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from post_office.models import STATUS, Email, Log

from emails.models import OutboxEmail

# Beat looks twice a minute, so what waits for so long waits for a reason.
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class MailHealth:
    """`waiting` letters are due and have not left; `since` is when the first of them was due."""

    waiting: int = 0
    since: datetime | None = None
    is_late: bool = False
    last_sent: datetime | None = None


def mail_health(now):
    """Return the MailHealth at `now`. Three short queries."""
    owed = OutboxEmail.objects.owed().aggregate(count=Count("pk"), first=Min("due_at"))
    queued = Email.objects.filter(status__in=[STATUS.queued, STATUS.requeued])
    leaving = queued.aggregate(count=Count("pk"), first=Min("created"))
    sent = Log.objects.filter(status=STATUS.sent).order_by("-pk").first()
    since = min(filter(None, [owed["first"], leaving["first"]]), default=None)
    return MailHealth(
        waiting=owed["count"] + leaving["count"],
        since=since,
        is_late=since is not None and now - since > LATE,
        last_sent=sent and sent.date,
    )
