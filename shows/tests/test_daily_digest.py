"""The daily highlights e-mail for subscribers who have not visited that day."""

from datetime import datetime, timedelta

import pytest

from accounts.tests.factories import make_user
from emails.consents import record_consent
from emails.models import Consent, OutboxEmail
from emails.rendering import preview
from organisation.tests.factories import set_organisation
from shows.daily_digest import enqueue_daily_digests
from shows.tests.factories import make_performance, make_show

pytestmark = pytest.mark.django_db


def reader(email="alice@example.com", *, zone="Europe/Berlin", visited=None, **fields):
    visited = visited and datetime.fromisoformat(visited)
    user = make_user(email, time_zone=zone, last_visit_at=visited, **fields)
    record_consent(user=user, kind="visit", is_wanted=True, source=Consent.Source.ACCOUNT)
    return user


def at(text):
    return datetime.fromisoformat(text)


DIGEST_TIME = at("2026-06-12T17:30+02:00")


@pytest.mark.parametrize(
    ("visited", "expected"),
    [
        (None, 1),
        ("2026-06-11T23:59+02:00", 1),
        ("2026-06-12T00:00+02:00", 0),
        ("2026-06-12T17:29+02:00", 0),
    ],
)
def test_it_is_sent_to_subscribers_who_have_not_visited_today(visited, expected):
    reader(visited=visited)
    assert enqueue_daily_digests(DIGEST_TIME) == expected


def test_it_is_enqueued_once_a_day_however_often_it_runs():
    reader()
    later = DIGEST_TIME + timedelta(hours=1)
    assert [enqueue_daily_digests(DIGEST_TIME), enqueue_daily_digests(later)] == [1, 0]
    assert enqueue_daily_digests(DIGEST_TIME + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-06-12T16:59+02:00", 0),
        ("2026-06-12T17:00+02:00", 1),
        ("2026-06-12T20:59+02:00", 1),
        # Beat was down until the night: no e-mail that day.
        ("2026-06-12T21:00+02:00", 0),
        ("2026-06-13T03:00+02:00", 0),
    ],
)
def test_it_is_sent_late_in_the_afternoon(now, expected):
    reader()
    assert enqueue_daily_digests(at(now)) == expected


def test_the_afternoon_is_that_of_the_recipient(settings):
    set_organisation(time_zone="Asia/Tokyo")
    reader("tokyo@example.com", zone="")  # In the default time zone.
    reader("berlin@example.com")
    reader("lost@example.com", zone="Middle/Earth")
    assert enqueue_daily_digests(at("2026-06-12T18:00+09:00")) == 2
    assert enqueue_daily_digests(at("2026-06-12T18:00+02:00")) == 1
    assert OutboxEmail.objects.latest("pk").to == "berlin@example.com"


def test_the_day_begins_at_local_midnight_also_when_clocks_change():
    """On the last Sunday of March, the day in Berlin has 23 hours and began at 23:00 UTC."""
    reader(visited="2026-03-28T22:59+00:00")
    reader("bob@example.com", visited="2026-03-28T23:00+00:00")
    assert enqueue_daily_digests(at("2026-03-29T17:30+02:00")) == 1


def test_only_subscribers_with_a_verified_address_get_it():
    make_user("quiet@example.com")
    reader("unproven@example.com", is_verified=False)
    reader("closed@example.com", is_active=False)
    left = reader("left@example.com")
    record_consent(user=left, kind="visit", is_wanted=False, source=Consent.Source.EMAIL)
    assert enqueue_daily_digests(DIGEST_TIME) == 0


def test_it_lists_upcoming_shows_and_is_skipped_after_a_visit(time_machine, settings):
    time_machine.move_to(DIGEST_TIME, tick=False)
    make_performance(show=make_show(title="Blue Hour"))
    make_performance(show=make_show(title="Gone"), places_left=0, starts_in=timedelta(days=31))
    alice = reader(name="Alice")
    enqueue_daily_digests(DIGEST_TIME)
    email = OutboxEmail.objects.get()
    message = preview(email)
    for form in (message.text, message.html):
        assert "Blue Hour" in form
        assert f"{settings.SITE_URL}/shows/" in form
        assert "from €45" in form and "sold out" in form and form.count("€") == 1
    alice.last_visit_at = DIGEST_TIME + timedelta(minutes=5)
    alice.save()
    assert preview(OutboxEmail.objects.get()) is None
    alice.last_visit_at = None
    alice.save()
    time_machine.move_to(DIGEST_TIME + timedelta(days=1), tick=False)
    assert preview(OutboxEmail.objects.get()) is None, "It was for yesterday."
