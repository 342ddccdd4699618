"""How many e-mails are waiting to be sent, for how long, and when the last one was sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

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
    """Return the MailHealth at `now`. Three short queries."""
    emails = OutboxEmail.objects.order_by()
    queued = emails.queued().due().aggregate(count=Count("pk"), first=Min("due_at"))
    rendered = emails.rendered().aggregate(count=Count("pk"), first=Min("rendered_at"))
    since = min(filter(None, [queued["first"], rendered["first"]]), default=None)
    sent = emails.sent().order_by("-sent_at").values_list("sent_at", flat=True)
    return MailHealth(
        waiting=queued["count"] + rendered["count"],
        since=since,
        is_late=since is not None and now - since > LATE,
        last_sent=sent.first(),
    )
