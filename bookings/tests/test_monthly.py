"""Monthly e-mails: to customers who subscribed, and to staff with the permission."""

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from bookings.aftersale.cancellation import cancel_tickets
from bookings.emails.monthly import enqueue_monthly_emails
from bookings.emails.monthly_figures import figures_of
from bookings.emails.months import Month
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from core.testing.races import race
from emails.consents import record_consent
from emails.models import Consent, OutboxEmail
from emails.rendering import preview, render_due_emails
from organisation.tests.factories import set_organisation
from shows.follows import follow
from shows.models import Performance
from shows.tests.factories import make_performance, make_plan, make_show

pytestmark = pytest.mark.django_db(transaction=True)

BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = datetime.fromisoformat("2020-01-01T00:00+00:00")


def at(text):
    return datetime.fromisoformat(text)


def reader(email="alice@example.com", *, zone="Europe/Berlin", since=LONG_AGO, **fields):
    user = make_user(email, time_zone=zone, date_joined=LONG_AGO, **fields)
    record_consent(user=user, kind="monthly", is_wanted=True, source=Consent.Source.ACCOUNT)
    Consent.objects.filter(user=user).update(given_at=since)
    return user


def emails_of_kind(kind="monthly"):
    return OutboxEmail.objects.filter(kind=kind)


def test_it_is_enqueued_once_a_month_however_often_beat_runs():
    reader()
    first = at("2026-11-01T00:10+01:00")
    assert [enqueue_monthly_emails(first), enqueue_monthly_emails(first)] == [1, 0]
    assert enqueue_monthly_emails(at("2026-11-30T23:00+01:00")) == 0
    assert enqueue_monthly_emails(at("2026-12-01T00:10+01:00")) == 1
    assert set(emails_of_kind().values_list("about__month", flat=True)) == {"2026-10", "2026-11"}


def test_it_is_enqueued_later_when_beat_was_down_on_the_first():
    reader()
    assert enqueue_monthly_emails(at("2026-11-09T14:00+01:00")) == 1
    email = emails_of_kind().get()
    assert email.about["month"] == "2026-10"
    assert email.due_at == at("2026-11-09T14:00+01:00")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-01T00:10+01:00", "2026-11-01T09:00+01:00"),
        ("2026-11-03T22:30+01:00", "2026-11-04T09:00+01:00"),
        # Daylight saving time began or ended within the month.
        ("2026-04-01T00:10+02:00", "2026-04-01T09:00+02:00"),
    ],
)
def test_it_respects_quiet_hours(now, due):
    reader()
    enqueue_monthly_emails(at(now))
    assert emails_of_kind().get().due_at == at(due)


def test_the_month_ends_in_the_recipients_time_zone(settings):
    set_organisation(time_zone="America/Los_Angeles")
    reader("auckland@example.com", zone="Pacific/Auckland")
    reader("venue@example.com", zone="")
    now = at("2026-11-01T00:30+13:00")
    assert enqueue_monthly_emails(now) == 2
    months = dict(emails_of_kind().values_list("to", "about__month"))
    assert months == {"auckland@example.com": "2026-10", "venue@example.com": "2026-09"}


def test_who_subscribes_in_november_gets_november_first():
    reader(since=at("2026-11-20T12:00+01:00"))
    assert enqueue_monthly_emails(at("2026-11-21T12:00+01:00")) == 0
    assert enqueue_monthly_emails(at("2026-12-01T12:00+01:00")) == 1


def test_only_active_subscribers_with_a_verified_address_get_it():
    make_user("quiet@example.com", date_joined=LONG_AGO)
    reader("unproven@example.com", is_verified=False)
    reader("closed@example.com", is_active=False)
    left = reader("left@example.com")
    record_consent(user=left, kind="monthly", is_wanted=False, source=Consent.Source.EMAIL)
    assert enqueue_monthly_emails(at("2026-11-01T12:00+01:00")) == 0


def test_two_beat_processes_enqueue_one():
    for number in range(10):
        reader(f"reader{number}@example.com")
    now = at("2026-11-01T12:00+01:00")
    outcomes = race(*[lambda: enqueue_monthly_emails(now)] * 3)
    assert not [outcome.error for outcome in outcomes if outcome.error]
    assert emails_of_kind().count() == 10


def test_it_lists_past_upcoming_and_followed_shows(settings):
    alice = reader(name="Alice")
    now = timezone.now()
    seen, held = make_sale(show=make_show(title="Seen")), make_sale(show=make_show(title="Held"))
    for performance in (seen, held):
        hold = make_hold(performance=performance, labels=["A1"])
        make_paid_order(hold=hold, user=alice, email=alice.email)
    last_month = Month.before(now.astimezone(BERLIN).date()).begins(BERLIN) + timedelta(days=3)
    Performance.objects.filter(pk=seen.pk).update(starts_at=last_month, doors_at=None)
    plan = make_plan()
    followed = make_show(title="Followed", tags=["Jazz"])
    make_performance(show=followed, plan=plan)
    make_performance(show=make_show(title="Near", tags=["Jazz"]), plan=plan)
    make_performance(show=make_show(title="Elsewhere", tags=["Opera"]), plan=plan)
    follow(user=alice, target=followed)
    enqueue_monthly_emails(now)
    message = preview(emails_of_kind().get())
    for form in (message.text, message.html):
        places = [form.index(title) for title in ("Seen", "Held", "Followed", "Near")]
        assert places == sorted(places)
        assert "Elsewhere" not in form
        assert f"{settings.SITE_URL}{seen.show.get_absolute_url()}review/" in form
        assert "/emails/unsubscribe/" in form


def test_it_is_skipped_when_there_is_nothing_to_say():
    reader()
    enqueue_monthly_emails(timezone.now())
    assert preview(emails_of_kind().get()) is None


@pytest.fixture
def sales_of_october():
    """Make a month with one past performance, half sold, one upcoming, and one cancelled ticket."""
    now = timezone.now()
    month = Month.before(now.date())
    played, coming = (
        make_sale(show=make_show(title="=Played")),
        make_sale(show=make_show(title="Coming")),
    )
    order = None
    for performance, labels in ((played, ["A1", "A2"]), (coming, ["B1"]), (coming, ["B2"])):
        hold = make_hold(performance=performance, labels=labels)
        order = make_paid_order(hold=hold, email=f"{labels[0]}@example.org".lower())
    cancel_tickets(order=order, actor="test", by_staff=True)
    start = month.ends(ZoneInfo("UTC")) - timedelta(days=1)
    Performance.objects.filter(pk=played.pk).update(starts_at=start, doors_at=None)
    return played, coming


def this_month():
    now = timezone.now()
    return Month(now.year, now.month)


def test_the_figures_are_those_of_the_log(sales_of_october):
    """Payments of this month for a performance of the month before."""
    played, coming = sales_of_october
    utc = ZoneInfo("UTC")
    now = {row.performance.pk: row for row in figures_of(this_month(), utc).rows}
    row = now[coming.pk]
    assert (row.capacity, row.sold, row.percent) == (50, 1, 2)
    assert (row.sold_in_month, row.cancelled_in_month) == (2, 1)
    assert (row.taken, row.refunded, row.net) == (Decimal(90), Decimal(45), Decimal(45))
    before = figures_of(Month.before(timezone.now().date()), utc)
    assert [row.performance.pk for row in before.rows] == [played.pk]
    assert (before.rows[0].sold, before.rows[0].taken, before.totals) == (2, 0, [])
    figures = figures_of(this_month(), utc)
    assert figures.totals == [("EUR", Decimal(180), Decimal(45))]
    assert sum(amount for _day, amount in figures.days) == Decimal(180)


def test_the_report_goes_once_to_staff_with_the_permission(sales_of_october):
    for role in Role:
        user = make_staff(role)
        user.date_joined = LONG_AGO
        user.save()
    refused = make_staff(Role.FINANCE, "refused@example.com")
    refused.date_joined = LONG_AGO
    refused.save()
    record_consent(
        user=refused, kind="sales_report", is_wanted=False, source=Consent.Source.ACCOUNT
    )
    assert [enqueue_monthly_emails(), enqueue_monthly_emails()] == [3, 0]
    recipients = set(emails_of_kind("sales_report").values_list("to", flat=True))
    assert recipients == {"manager@example.com", "box-office@example.com", "finance@example.com"}


def test_the_report_has_bars_and_a_file_without_formulas(sales_of_october, time_machine):
    superuser = make_staff(Role.MANAGER)
    superuser.date_joined = LONG_AGO
    superuser.save()
    following = this_month().next.begins(ZoneInfo("UTC")) + timedelta(hours=12)
    time_machine.move_to(following, tick=False)
    enqueue_monthly_emails(following)
    email = emails_of_kind("sales_report").get()
    message = preview(email)
    assert 'width="2%"' in message.html
    assert "<img" not in message.html
    for form in (message.text, message.html):
        assert "€180" in form
        assert "1 of 50 sold, 2%" in form
    ((name, content, mimetype),) = message.attachments
    assert (name, mimetype) == (
        f"{this_month().__class__.before(following.date())}.csv",
        "text/csv",
    )
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["Refunded this month"] for row in rows if row["Show"] == "Coming"] == ["45.00"]
    assert all(not row["Show"].startswith("=") for row in rows)
    emails_of_kind("sales_report").update(due_at=LONG_AGO)  # The database uses its own clock.
    render_due_emails()
    email.refresh_from_db()
    assert email.attachments.get().name == name


def test_staff_who_lost_the_permission_get_no_report(sales_of_october):
    superuser = make_staff(Role.MANAGER)
    superuser.date_joined = LONG_AGO
    superuser.save()
    enqueue_monthly_emails()
    superuser.groups.clear()
    assert preview(emails_of_kind("sales_report").get()) is None


def test_a_month_has_neighbours_and_reads_its_own_text():
    assert Month.before(at("2026-01-31T00:00+00:00").date()) == Month(2025, 12)
    assert Month(2025, 12).next == Month(2026, 1)
    assert Month.read(str(Month(2026, 3))) == Month(2026, 3)
    march = Month(2026, 3)
    assert march.ends(BERLIN) - march.begins(BERLIN) == timedelta(days=31)
    assert march.ends(BERLIN).astimezone(ZoneInfo("UTC")) - march.begins(BERLIN).astimezone(
        ZoneInfo("UTC")
    ) == timedelta(days=31, hours=-1)
