"""Monthly letters: to each customer who asked for one, and to staff about the house.

Owed from the first of a month about the month before, by the reader's own calendar, and due at a
decent hour there. The letter's key names the month ("monthly:2026-10:12"), so it is owed once,
however many beats there are; was beat down on the first, it is owed on the first run after that.
Whoever asks for the letter in November gets the one about November, not yet that about October.
"""

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

MONTHLY, HOUSE = "monthly", "house_report"
# Who may read the books gets the report about them.
PERMISSION = "bookings.view_ledgerentry"
BATCH = 1000


def enqueue_monthly_emails(now=None):
    """Owe every letter about the month before that is not owed yet; return how many.

    Asked zone by zone, each in batches of two statements. Several runs may go on at once.
    """
    now = now or timezone.now()
    return _owe(MONTHLY, subscribers_of(MONTHLY), now) + _owe(HOUSE, _staff(), now)


def _staff():
    """Staff who may read the books, by role or by name, and have not refused the report."""
    label, codename = PERMISSION.split(".")
    permission = Permission.objects.filter(content_type__app_label=label, codename=codename)
    may_read = (
        Q(is_superuser=True)
        | Q(groups__permissions__in=permission)
        | Q(user_permissions__in=permission)
    )
    staff = User.objects.filter(may_read, is_staff=True)
    return subscribers_of(HOUSE).filter(pk__in=staff.values("pk"))


def _owe(kind, readers, now):
    names = readers.order_by().values_list("time_zone", flat=True).distinct()
    return sum(_owe_in_zone(kind, readers.filter(time_zone=name), name, now) for name in names)


def _owe_in_zone(kind, readers, name, now):
    zone = recipient_zone(User(time_zone=name))
    month = Month.before(now.astimezone(zone).date())
    waiting = readers.filter(date_joined__lt=month.ends(zone)).order_by("pk")
    asked_since = Consent.objects.filter(kind=kind, given_at__gte=month.ends(zone))
    waiting = waiting.exclude(pk__in=asked_since.values("user"))
    key = Concat(Value(f"{kind}:{month}:"), Cast(OuterRef("pk"), CharField()))
    waiting = waiting.exclude(Exists(OutboxEmail.objects.filter(key=key)))
    owed, after, due_at = 0, 0, next_allowed_time(now, zone)
    while users := list(waiting.filter(pk__gt=after)[:BATCH]):
        enqueue_emails([_letter(kind, user, month, zone, due_at) for user in users])
        owed, after = owed + len(users), users[-1].pk
    return owed


def _letter(kind, user, month, zone, due_at):
    return {
        "kind": kind,
        "key": f"{kind}:{month}:{user.pk}",
        "to": user.email,
        "user": user,
        "language": user.language,
        "about": {"user": user.pk, "month": str(month), "zone": zone.key},
        "due_at": due_at,
    }
