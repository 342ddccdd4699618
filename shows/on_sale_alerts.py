"""On-sale alerts: followers of a show, or of one of its artists, hear when tickets can be bought.

Told a day before the sale opens, so that they can be there when it does; at once where that has
passed already. Each account is told of each performance once, which the database holds (`Alert`),
and of all performances of a show that open together in one letter. Whoever begins to follow after
the sale has opened has seen so on the page. Beat asks every ten minutes, perhaps twice at once,
perhaps after a long sleep.
"""

from datetime import timedelta
from itertools import groupby

from django.db import connection, transaction
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from core.batches import in_batches
from emails.consents import subscribers_of
from emails.outbox import enqueue_emails
from emails.quiet_hours import next_allowed_time, recipient_zone

from .follows import ON_SALE
from .models import Performance

AHEAD = timedelta(hours=24)
# A week after the opening it is no news any more.
LATE = timedelta(days=7)
BATCH = 500

# Accounts are taken in the order of their keys by every run, so that two never wait for each other
# in a circle; of two at once, the second gets back only what the first has not written.
TELL = """
WITH waiting AS (
    SELECT DISTINCT follow.user_id, performance.id AS performance_id
    FROM shows_performance performance
    JOIN shows_follow follow ON follow.show_id = performance.show_id OR follow.artist_id IN (
        SELECT artist_id FROM shows_show_artists WHERE show_id = performance.show_id
    )
    WHERE performance.id = ANY(%s)
      AND follow.created_at < greatest(performance.on_sale_from, performance.opened_at)
      AND NOT EXISTS (
          SELECT FROM shows_alert told
          WHERE told.user_id = follow.user_id AND told.performance_id = performance.id
      )
      AND follow.user_id IN ({readers})
), chosen AS (
    SELECT DISTINCT user_id FROM waiting ORDER BY user_id LIMIT %s
)
INSERT INTO shows_alert (user_id, performance_id)
SELECT user_id, performance_id FROM waiting JOIN chosen USING (user_id)
ORDER BY user_id, performance_id
ON CONFLICT DO NOTHING
RETURNING user_id, performance_id
"""


def enqueue_on_sale_alerts(now=None):
    """Owe a letter to each follower of each show whose sale opens within a day; return how many.

    Those who have not asked for such letters, or whose address is not proven, are passed over, and
    asked about again when the letter is written. Each batch is a transaction of three statements.
    """
    now = now or timezone.now()
    owed = 0
    for _show, performances in groupby(_opening(now), key=lambda each: each.show_id):
        performances = list(performances)
        owed += in_batches(_tell_some, performances, now)
    return owed


def _opening(now):
    """Performances whose sale has opened lately or opens soon, show by show."""
    performances = Performance.objects.public().taking_place().upcoming(now)
    performances = performances.filter(opened_at__isnull=False, on_sale_from__lte=now + AHEAD)
    performances = performances.annotate(opens=Greatest("on_sale_from", "opened_at"))
    performances = performances.filter(opens__gt=now - LATE).select_related("venue")
    return [
        performance
        for performance in performances.order_by("show_id", "starts_at", "pk")
        if now < performance.sale_ends_at
    ]


@transaction.atomic(durable=True)
def _tell_some(performances, now):
    by_key = {performance.pk: performance for performance in performances}
    readers, params = subscribers_of(ON_SALE).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(TELL.format(readers=readers), [list(by_key), *params, BATCH])
        told = sorted(cursor.fetchall())
    users = User.objects.in_bulk({user for user, _performance in told})
    letters = []
    for user, pairs in groupby(told, key=lambda pair: pair[0]):
        letters.append(_letter(users[user], [by_key[key] for _user, key in pairs], now))
    enqueue_emails(letters)
    return len(letters)


def _letter(user, performances, now):
    zone = recipient_zone(user, default=performances[0].venue.zone)
    opens = min(performance.on_sale_from for performance in performances)
    keys = [performance.pk for performance in performances]
    return {
        "kind": ON_SALE,
        "key": f"{ON_SALE}:{keys[0]}:{user.pk}",
        "to": user.email,
        "user": user,
        "language": user.language,
        "about": {"performances": keys, "zone": zone.key},
        "due_at": next_allowed_time(max(now, opens - AHEAD), zone),
    }
