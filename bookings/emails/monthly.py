"""Enqueue the monthly newsletter to customers and the monthly sales report to staff.

They are enqueued from the first of a month on, about the previous month in the recipient's time
zone, and due at the next allowed hour there. The e-mail's key contains the month
("monthly:2026-10:12"), so each is enqueued once; after an outage the next run catches up. Customers
who subscribe in November get their first newsletter about November, not about October.
"""

from datetime import datetime

from django.contrib.auth.models import Permission
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.models import User
from emails.consents import subscribers_of
from emails.models import Consent, OutboxEmail
from emails.outbox import enqueue_emails
from emails.quiet_hours import next_allowed_time, recipient_zone

from .months import Month

MONTHLY, SALES_REPORT = "monthly", "sales_report"
# Staff with this permission get the sales report.
REPORT_PERMISSION = "bookings.view_ledgerentry"
BATCH = 1000


def enqueue_monthly_emails(now: datetime | None = None) -> int:
    """Enqueue all missing e-mails about the previous month; return how many.

    Works by time zone, in batches of two statements. Several runs can happen at once.
    """
    now = now or timezone.now()
    return _enqueue(MONTHLY, subscribers_of(MONTHLY), now) + _enqueue(SALES_REPORT, _staff(), now)


def _staff():
    """Return staff with the permission, by group or directly, who have not unsubscribed."""
    label, codename = REPORT_PERMISSION.split(".")
    permission = Permission.objects.filter(content_type__app_label=label, codename=codename)
    may_read = (
        Q(is_superuser=True)
        | Q(groups__permissions__in=permission)
        | Q(user_permissions__in=permission)
    )
    staff = User.objects.filter(may_read, is_staff=True)
    return subscribers_of(SALES_REPORT).filter(pk__in=staff.values("pk"))


def _enqueue(kind, readers, now):
    names = readers.order_by().values_list("time_zone", flat=True).distinct()
    return sum(_enqueue_in_zone(kind, readers.filter(time_zone=name), name, now) for name in names)


def _enqueue_in_zone(kind, readers, name, now):
    zone = recipient_zone(User(time_zone=name))
    month = Month.before(now.astimezone(zone).date())
    waiting = readers.filter(date_joined__lt=month.ends(zone)).order_by("pk")
    asked_since = Consent.objects.filter(kind=kind, given_at__gte=month.ends(zone))
    waiting = waiting.exclude(pk__in=asked_since.values("user"))
    key = Concat(Value(f"{kind}:{month}:"), Cast(OuterRef("pk"), CharField()))
    waiting = waiting.exclude(Exists(OutboxEmail.objects.filter(key=key)))
    count, after, due_at = 0, 0, next_allowed_time(now, zone)
    while users := list(waiting.filter(pk__gt=after)[:BATCH]):
        enqueue_emails([_email(kind, user, month, zone, due_at) for user in users])
        count, after = count + len(users), users[-1].pk
    return count


def _email(kind, user, month, zone, due_at):
    return {
        "kind": kind,
        "key": f"{kind}:{month}:{user.pk}",
        "to": user.email,
        "user": user,
        "language": user.language,
        "about": {"user": user.pk, "month": str(month), "zone": zone.key},
        "due_at": due_at,
    }
