"""The daily letter to those who asked to be reminded to look in, and have not today.

Late in the afternoon by the reader's own clock; once a day, by the key of the letter. Beat asks
every ten minutes; was it down all afternoon, that day has no letter.
"""

from datetime import time

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from emails.consents import subscribers_of
from emails.models import OutboxEmail
from emails.outbox import enqueue_emails
from emails.quiet_hours import UNTIL, clock_time, recipient_zone

VISIT = "visit"
SINCE = time(17)
BATCH = 1000


def enqueue_daily_digests(now=None):
    """Owe the letter to all for whom it is late in the afternoon; return how many.

    Asked zone by zone, each in batches of two statements. Several runs may go on at once.
    """
    now = now or timezone.now()
    names = subscribers_of(VISIT).order_by().values_list("time_zone", flat=True).distinct()
    return sum(_remind(name, now) for name in names)


def has_been_here(user, now):
    """Tell whether the account has been here on the day that it is for its reader."""
    zone = recipient_zone(user)
    midnight = clock_time(now.astimezone(zone).date(), time(0), zone)
    return bool(user.last_visit_at and user.last_visit_at >= midnight)


def _remind(name, now):
    readers = subscribers_of(VISIT).filter(time_zone=name).order_by("pk")
    zone = recipient_zone(readers.model(time_zone=name))
    local = now.astimezone(zone)
    if not SINCE <= local.time() < UNTIL:
        return 0
    day = local.date().isoformat()
    midnight = clock_time(local.date(), time(0), zone)
    waiting = readers.filter(Q(last_visit_at=None) | Q(last_visit_at__lt=midnight))
    key = Concat(Value(f"{VISIT}:{day}:"), Cast(OuterRef("pk"), CharField()))
    waiting = waiting.exclude(Exists(OutboxEmail.objects.filter(key=key)))
    owed, after = 0, 0
    while users := list(waiting.filter(pk__gt=after)[:BATCH]):
        enqueue_emails([_letter(user, day, zone) for user in users])
        owed, after = owed + len(users), users[-1].pk
    return owed


def _letter(user, day, zone):
    return {
        "kind": VISIT,
        "key": f"{VISIT}:{day}:{user.pk}",
        "to": user.email,
        "user": user,
        "language": user.language,
        "about": {"user": user.pk, "day": day, "zone": zone.key},
    }
