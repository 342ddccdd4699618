"""On-sale alerts: e-mail followers of a show, or of one of its artists, when tickets go on sale.

They are sent a day before the sale opens, or at once if that has passed. Each account gets one
alert for each performance, ensured by a unique constraint (`Alert`), and one e-mail for all
performances of a show that open together. Accounts that follow after the opening get none, as the
page showed it. Celery beat runs this every ten minutes; runs may overlap, or start late.
"""

from datetime import datetime, timedelta
from itertools import groupby

from django.db import connection, transaction
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from core.background import in_batches
from emails.consents import subscribers_of
from emails.outbox import enqueue_emails
from emails.quiet_hours import next_allowed_time, recipient_zone

from .follows import ON_SALE
from .models import Performance

AHEAD = timedelta(hours=24)
# Alerts later than a week after the opening are not sent.
LATE = timedelta(days=7)
BATCH = 500

# Every run inserts in the order of the accounts' keys, so that two runs cannot deadlock; of two
# runs at once, the second gets back only the rows that the first has not inserted.
INSERT_ALERTS = """
WITH waiting AS (
    SELECT DISTINCT follow.user_id, performance.id AS performance_id
    FROM shows_performance performance
    JOIN shows_follow follow ON follow.show_id = performance.show_id OR follow.artist_id IN (
        SELECT artist_id FROM shows_show_artists WHERE show_id = performance.show_id
    )
    WHERE performance.id = ANY(%s)
      AND follow.created_at < greatest(performance.on_sale_from, performance.opened_at)
      AND NOT EXISTS (
          SELECT FROM shows_alert alert
          WHERE alert.user_id = follow.user_id AND alert.performance_id = performance.id
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


def enqueue_on_sale_alerts(now: datetime | None = None) -> int:
    """Queue an e-mail to each follower of each show whose sale opens within a day; return how many.

    Accounts without consent or with an unconfirmed address are skipped, and checked again when the
    e-mail is rendered. Each batch is a transaction of three statements.
    """
    now = now or timezone.now()
    count = 0
    for _show, opening in groupby(_opening(now), key=lambda each: each.show_id):
        count += in_batches(_enqueue_batch, list(opening), now)
    return count


def _opening(now):
    """Return the performances whose sale opened lately or opens soon, ordered by show."""
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
def _enqueue_batch(performances, now):
    by_key = {performance.pk: performance for performance in performances}
    readers, params = subscribers_of(ON_SALE).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ALERTS.format(readers=readers), [list(by_key), *params, BATCH])
        alerts = sorted(cursor.fetchall())
    users = User.objects.in_bulk({user for user, _performance in alerts})
    emails = []
    for user, pairs in groupby(alerts, key=lambda pair: pair[0]):
        emails.append(_email(users[user], [by_key[key] for _user, key in pairs], now))
    enqueue_emails(emails)
    return len(emails)


def _email(user, performances, now):
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
