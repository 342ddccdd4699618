"""The daily highlights e-mail, for subscribers who have not visited the site that day.

It is due late in the afternoon in the recipient's time zone, once a day, ensured by the e-mail's
key. Celery beat runs this every ten minutes; if it was down all afternoon, that day's is skipped.
"""

from datetime import datetime, time

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.models import User
from emails.consents import subscribers_of
from emails.models import OutboxEmail
from emails.outbox import enqueue_emails
from emails.quiet_hours import UNTIL, clock_time, recipient_zone

VISIT = "visit"
SINCE = time(17)
BATCH = 1000


def enqueue_daily_digests(now: datetime | None = None) -> int:
    """Queue the e-mail for all in whose time zone it is due; return how many.

    Works through the time zones in batches of two statements. Runs may overlap.
    """
    now = now or timezone.now()
    names = subscribers_of(VISIT).order_by().values_list("time_zone", flat=True).distinct()
    return sum(_enqueue_in_zone(name, now) for name in names)


def has_visited_today(user: User, now: datetime) -> bool:
    """Return whether the account has visited the site today, in its own time zone."""
    zone = recipient_zone(user)
    midnight = clock_time(now.astimezone(zone).date(), time(0), zone)
    return bool(user.last_visit_at and user.last_visit_at >= midnight)


def _enqueue_in_zone(name, now):
    recipients = subscribers_of(VISIT).filter(time_zone=name).order_by("pk")
    zone = recipient_zone(recipients.model(time_zone=name))
    local = now.astimezone(zone)
    if not SINCE <= local.time() < UNTIL:
        return 0
    day = local.date().isoformat()
    midnight = clock_time(local.date(), time(0), zone)
    due = recipients.filter(Q(last_visit_at=None) | Q(last_visit_at__lt=midnight))
    key = Concat(Value(f"{VISIT}:{day}:"), Cast(OuterRef("pk"), CharField()))
    due = due.exclude(Exists(OutboxEmail.objects.filter(key=key)))
    count, after = 0, 0
    while users := list(due.filter(pk__gt=after)[:BATCH]):
        enqueue_emails([_email(user, day, zone) for user in users])
        count, after = count + len(users), users[-1].pk
    return count


def _email(user, day, zone):
    return {
        "kind": VISIT,
        "key": f"{VISIT}:{day}:{user.pk}",
        "to": user.email,
        "user": user,
        "language": user.language,
        "about": {"user": user.pk, "day": day, "zone": zone.key},
    }
