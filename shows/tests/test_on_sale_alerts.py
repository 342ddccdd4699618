"""On-sale alerts: who gets them, when, and only once."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import make_user
from core.testing.races import race
from emails.consents import record_consent
from emails.models import Consent, OutboxEmail
from emails.rendering import preview, render_due_emails
from shows import on_sale_alerts
from shows.follows import follow
from shows.models import Alert, Follow, Performance
from shows.on_sale_alerts import enqueue_on_sale_alerts
from shows.tests.factories import make_performance, make_plan, make_show

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime.fromisoformat("2026-06-12T12:00+02:00")


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def show():
    return make_show(title="Blue Hour", artists=["Ida Blank"])


def follower(thing, email="alice@example.com", *, days=3, **fields):
    """Create an account that has followed the show or artist for some days."""
    user = make_user(email, **fields)
    follow(user=user, target=thing)
    Follow.objects.filter(user=user).update(created_at=NOON - timedelta(days=days))
    return user


def make_upcoming(show, **fields):
    """Create a performance whose sale opens in an hour."""
    fields = {"on_sale_in": timedelta(hours=1)} | fields
    performance = make_performance(show=show, **fields)
    opened = NOON - timedelta(days=2)
    Performance.objects.filter(pk=performance.pk).update(opened_at=opened)
    return performance


def alerts():
    return OutboxEmail.objects.filter(kind="on_sale")


def test_it_notifies_followers_of_the_show_and_of_its_artists_once(show):
    alice = follower(show)
    follower(show.artists.get(), "bob@example.com")
    follower(make_show(title="Another"), "carol@example.com")
    follow(user=alice, target=show.artists.get())
    performance = make_upcoming(show)
    assert [enqueue_on_sale_alerts(NOON), enqueue_on_sale_alerts(NOON)] == [2, 0]
    assert set(alerts().values_list("to", flat=True)) == {"alice@example.com", "bob@example.com"}
    assert Alert.objects.filter(performance=performance).count() == 2


def test_performances_that_open_together_share_an_e_mail(show):
    follower(show)
    plan = make_plan()
    performances = [
        make_upcoming(show, plan=plan, starts_in=timedelta(days=30 + n)) for n in range(3)
    ]
    assert enqueue_on_sale_alerts(NOON) == 1
    assert alerts().get().about["performances"] == [each.pk for each in performances]
    make_upcoming(show, plan=plan)
    assert enqueue_on_sale_alerts(NOON) == 1


@pytest.mark.parametrize(
    ("opens_in", "count"),
    [
        (timedelta(hours=25), 0),
        (timedelta(hours=24), 1),
        (timedelta(hours=-1), 1),
        # Beat was down for days; after more than a week no alert is sent.
        (timedelta(days=-6), 1),
        (timedelta(days=-8), 0),
    ],
)
def test_it_notifies_a_day_before_the_sale_opens_and_catches_up(show, opens_in, count):
    follower(show, days=20)
    performance = make_upcoming(show, on_sale_in=opens_in)
    Performance.objects.filter(pk=performance.pk).update(opened_at=NOON - timedelta(days=10))
    assert enqueue_on_sale_alerts(NOON) == count


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "draft"},
        {"status": "cancelled"},
        {"opened_at": None},
        {"on_sale_until": NOON + timedelta(minutes=1), "on_sale_from": NOON - timedelta(days=1)},
        {"starts_at": NOON - timedelta(hours=1)},
    ],
    ids=["draft", "cancelled", "without places", "nearly over", "past"],
)
def test_it_notifies_only_of_tickets_that_can_be_bought(show, changes):
    follower(show)
    performance = make_upcoming(show)
    Performance.objects.filter(pk=performance.pk).update(**changes)
    assert enqueue_on_sale_alerts(NOON + timedelta(minutes=2)) == 0


def test_it_skips_those_who_followed_after_the_opening(show):
    follower(show, days=1)
    make_upcoming(show, on_sale_in=timedelta(days=-2))
    assert enqueue_on_sale_alerts(NOON) == 0


def test_it_notifies_only_active_subscribers_with_a_confirmed_address(show):
    opted_out = follower(show, "out@example.com")
    record_consent(user=opted_out, kind="on_sale", is_wanted=False, source=Consent.Source.EMAIL)
    follower(show, "unproven@example.com", is_verified=False)
    closed = follower(show, "closed@example.com")
    closed.is_active = False
    closed.save()
    make_upcoming(show)
    assert enqueue_on_sale_alerts(NOON) == 0


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("", "2026-06-12T12:00+02:00"),  # Without a time zone of their own, in that of the venue.
        ("America/Los_Angeles", "2026-06-12T09:00-07:00"),  # Three in the morning there.
        ("Asia/Tokyo", "2026-06-12T19:00+09:00"),
        ("Pacific/Auckland", "2026-06-13T09:00+12:00"),
    ],
)
def test_it_respects_quiet_hours_of_the_recipient(show, zone, due):
    follower(show, time_zone=zone)
    make_upcoming(show)
    enqueue_on_sale_alerts(NOON)
    assert alerts().get().due_at == datetime.fromisoformat(due)


def test_two_runs_at_once_notify_each_account_once(show, monkeypatch):
    monkeypatch.setattr(on_sale_alerts, "BATCH", 4)
    for number in range(12):
        follower(show, f"reader{number}@example.com")
    make_upcoming(show)
    outcomes = race(*[lambda: enqueue_on_sale_alerts(NOON)] * 3)
    assert not [outcome.error for outcome in outcomes if outcome.error]
    assert enqueue_on_sale_alerts(NOON) == 0
    assert alerts().count() == Alert.objects.count() == 12


def test_it_says_when_the_sale_opens_and_later_that_it_has(show, settings, time_machine):
    follower(show, language="en")
    make_upcoming(show)
    enqueue_on_sale_alerts(NOON)
    email = alerts().get()
    before = preview(email)
    assert before.subject == "On sale soon: Blue Hour"
    assert "Fri 12 June 2026, 13:00" in before.text
    time_machine.move_to(NOON + timedelta(hours=2), tick=False)
    after = preview(email)
    assert after.subject == "Now on sale: Blue Hour"
    for form in (after.text, after.html):
        assert f"{settings.SITE_URL}{show.get_absolute_url()}" in form
        assert "/emails/unsubscribe/" in form


def test_it_is_skipped_once_opted_out_cancelled_or_sold_out(show):
    alice = follower(show)
    performance = make_upcoming(show)
    enqueue_on_sale_alerts(NOON)
    email = alerts().get()
    Performance.objects.filter(pk=performance.pk).update(
        places_left=0, on_sale_from=NOON - timedelta(hours=1)
    )
    assert preview(email) is None
    Performance.objects.filter(pk=performance.pk).update(places_left=5, status="cancelled")
    assert preview(email) is None
    Performance.objects.filter(pk=performance.pk).update(status="published")
    record_consent(user=alice, kind="on_sale", is_wanted=False, source=Consent.Source.EMAIL)
    alerts().update(due_at=timezone.now() - timedelta(days=99))
    render_due_emails()
    email.refresh_from_db()
    assert email.state == "skipped"
