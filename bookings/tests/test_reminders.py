"""Reminders: who gets one, when, and only once."""

from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.aftersale.cancellation import cancel_tickets
from bookings.emails import reminders
from bookings.emails.reminders import day_of, due_time, enqueue_reminders
from bookings.models import Hold, Order
from bookings.staff_operations.rescheduling import reschedule
from bookings.tasks import enqueue_reminders as task
from core.testing.races import race
from emails.content import secrets_of
from emails.models import OutboxEmail
from emails.opt_outs import opt_out
from emails.rendering import render_due_emails
from shows.models import Performance
from shows.terms import clear_cached_terms
from shows.tests.factories import make_user

from .factories import make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

BERLIN = ZoneInfo("Europe/Berlin")


def tomorrow(**fields):
    return make_sale(**{"starts_in": timedelta(hours=20), "cancel_until_hours": 1} | fields)


def holder(performance, *labels, **fields):
    hold = make_hold(performance=performance, labels=labels or ["A1"])
    return make_paid_order(hold=hold, **fields)


def reminder_emails():
    return OutboxEmail.objects.filter(kind="reminder")


def test_it_reminds_ticket_holders():
    order = holder(tomorrow(), "A1", "A2")
    assert enqueue_reminders() == 1
    email = reminder_emails().get()
    day = day_of(order.performance)
    assert (email.key, email.to) == (f"reminder:{order.reference}:{day}", order.email)
    assert email.about == {"order": order.reference, "day": day}


def test_it_reminds_once_however_often_it_runs():
    holder(tomorrow())
    assert [enqueue_reminders(), enqueue_reminders(), task()] == [1, 0, None]
    render_due_emails()
    enqueue_reminders()
    assert reminder_emails().count() == 1


@pytest.mark.parametrize(("hours", "reminded"), [(24, 1), (25, 0), (3, 1), (2, 0), (-1, 0)])
def test_it_reminds_within_a_day_but_not_at_the_last_moment(hours, reminded):
    performance = make_sale()
    holder(performance)
    now = performance.starts_at - timedelta(hours=hours)
    assert enqueue_reminders(now) == reminded


def test_it_skips_cancelled_orders():
    order = holder(tomorrow())
    cancel_tickets(order=order, actor="test", by_staff=True)
    assert enqueue_reminders() == 0


def test_it_skips_unpaid_orders():
    make_order(hold=make_hold(performance=tomorrow(), labels=["A1"]))
    assert enqueue_reminders() == 0


def test_it_skips_cancelled_performances():
    performance = tomorrow()
    holder(performance)
    Performance.objects.update(status="cancelled")
    assert enqueue_reminders() == 0


def test_it_respects_opt_outs_of_accounts_and_guests():
    performance = tomorrow()
    user = make_user(email="bob@example.org")
    opt_out(email="bob@example.org", kind="reminder")
    holder(performance, "A1", email="bob@example.org", user=user)
    opt_out(email="carol@example.org", kind="reminder")
    holder(performance, "A2", email="carol@example.org")
    holder(performance, "A3", email="dan@example.org")
    assert enqueue_reminders() == 1
    assert reminder_emails().get().to == "dan@example.org"


def at(text, zone=BERLIN):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("starts", "now", "due"),
    [
        # A day before, to the minute.
        ("2026-06-12T20:00", "2026-06-11T19:58", "2026-06-11T20:00"),
        # At night in the venue's time zone it waits until the morning, of that day or the next.
        ("2026-06-12T23:30", "2026-06-11T23:30", "2026-06-12T09:00"),
        ("2026-06-12T01:00", "2026-06-11T01:00", "2026-06-11T09:00"),
        ("2026-06-12T08:00", "2026-06-11T08:00", "2026-06-11T09:00"),
        ("2026-06-12T21:00", "2026-06-11T21:00", "2026-06-12T09:00"),
        # After an outage: now, if it is daytime.
        ("2026-06-12T20:00", "2026-06-12T15:00", "2026-06-12T15:00"),
        ("2026-06-12T20:00", "2026-06-12T03:00", "2026-06-12T09:00"),
        # At night if it would be too late otherwise.
        ("2026-06-12T10:00", "2026-06-11T22:00", "2026-06-11T22:00"),
        # Daylight saving time ends in that night.
        ("2026-10-25T22:30", "2026-10-24T23:30", "2026-10-25T09:00"),
    ],
)
def test_it_respects_quiet_hours_of_the_venue(starts, now, due):
    assert due_time(at(starts), BERLIN, at(now)) == at(due)


def test_it_uses_the_time_zone_of_the_venue():
    tokyo = ZoneInfo("Asia/Tokyo")
    starts, now = at("2026-06-12T19:00", tokyo), at("2026-06-11T23:00", tokyo)
    assert due_time(starts, tokyo, now.astimezone(UTC)) == at("2026-06-12T09:00", tokyo)


def test_it_is_enqueued_for_that_time():
    performance = make_sale()
    holder(performance)
    now = performance.starts_at - timedelta(hours=23)
    enqueue_reminders(now)
    zone = performance.venue.zone
    assert reminder_emails().get().due_at == due_time(performance.starts_at, zone, now)


def write():
    reminder_emails().update(due_at=timezone.now() - timedelta(minutes=1))
    render_due_emails()
    email = reminder_emails().get()
    return None if email.state == "skipped" else email


def test_it_has_a_one_click_unsubscribe_link():
    holder(tomorrow())
    enqueue_reminders()
    email = write()
    assert email.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert email.headers["List-Unsubscribe"] == "<[hidden:unsubscribe_link]>"
    assert "/emails/unsubscribe/" in secrets_of(email)["unsubscribe_link"]


def test_it_is_skipped_once_the_tickets_are_cancelled():
    order = holder(tomorrow())
    enqueue_reminders()
    cancel_tickets(order=order, actor="test", by_staff=True)
    assert write() is None


def test_it_is_skipped_once_the_performance_is_cancelled():
    holder(tomorrow())
    enqueue_reminders()
    Performance.objects.update(status="cancelled")
    assert write() is None


def move(performance, **by):
    """Reschedule the performance as staff do; return it, read again."""
    moved = reschedule(
        performance=performance,
        starts_at=performance.starts_at + timedelta(**by),
        doors_at=None,
        refund_until=None,
        actor="test",
        reason="The singer is ill.",
    )
    clear_cached_terms(moved.pk)
    return moved


def test_a_performance_moved_to_another_day_gets_a_new_reminder():
    performance = tomorrow()
    order = holder(performance)
    assert enqueue_reminders() == 1
    moved = move(performance, days=30)
    assert enqueue_reminders() == 0
    later = moved.starts_at - timedelta(hours=20)
    assert [enqueue_reminders(later), enqueue_reminders(later)] == [1, 0]
    keys = set(reminder_emails().values_list("key", flat=True))
    days = [day_of(performance), day_of(moved)]
    assert keys == {f"reminder:{order.reference}:{day}" for day in days}


def test_a_performance_moved_within_the_day_gets_no_second_reminder():
    performance = tomorrow()
    holder(performance)
    enqueue_reminders()
    midnight = (performance.starts_at.astimezone(BERLIN) + timedelta(days=1)).replace(hour=0)
    later = min(timedelta(minutes=30), midnight - performance.starts_at - timedelta(minutes=1))
    move(performance, seconds=later.total_seconds())
    assert enqueue_reminders() == 0


def test_a_reminder_of_the_former_date_is_skipped():
    performance = tomorrow()
    holder(performance)
    enqueue_reminders()
    move(performance, days=30)
    assert write() is None


def test_it_is_skipped_after_an_opt_out():
    order = holder(tomorrow())
    enqueue_reminders()
    opt_out(email=order.email, kind="reminder")
    assert write() is None


def make_orders(performance, size, address="{}@example.org"):
    """Make paid orders without tickets, which is all that `enqueue_reminders` reads."""
    first = make_paid_order(hold=make_hold(performance=performance, labels=["A1"]), email="0@x.org")
    holds = Hold.objects.bulk_create(
        Hold(
            performance=performance,
            visitor=f"make_orders{number}",
            status="bought",
            expires_at=timezone.now(),
        )
        for number in range(size - 1)
    )
    Order.objects.bulk_create(
        Order(
            performance=performance,
            hold=hold,
            visitor=hold.visitor,
            email=address.format(number),
            name="Crowd",
            status="paid",
            currency="EUR",
            total=0,
            quantity=1,
            paid_at=first.paid_at,
        )
        for number, hold in enumerate(holds)
    )


def test_its_queries_grow_with_batches_and_not_with_orders(monkeypatch):
    monkeypatch.setattr(reminders, "BATCH", 10)
    make_orders(tomorrow(), 25)
    with CaptureQueriesContext(connection) as queries:
        assert enqueue_reminders() == 25
    assert reminder_emails().count() == 25
    statements = [q["sql"] for q in queries if q["sql"] not in ("BEGIN", "COMMIT")]
    # One for the performances, four for each of three batches, one for the empty batch.
    assert len(statements) <= 1 + 3 * 4 + 1


def test_batches_do_not_split_the_orders_of_one_address(monkeypatch):
    monkeypatch.setattr(reminders, "BATCH", 3)
    make_orders(tomorrow(), 10, address="same@example.org")
    assert enqueue_reminders() == 10


def test_two_beat_processes_remind_once():
    make_orders(tomorrow(), 40)
    outcomes = race(enqueue_reminders, enqueue_reminders, enqueue_reminders)
    assert not [outcome.error for outcome in outcomes if outcome.error]
    assert reminder_emails().count() == 40


def test_without_the_key_two_beat_processes_remind_twice(monkeypatch):
    """Control: the same race with a key that does not name the order."""
    make_orders(tomorrow(), 40)
    number, order_email = count(), reminders.order_email

    def with_another_key(*about, **more):
        return order_email(*about, **more) | {"key": f"reminder:#{next(number)}"}

    monkeypatch.setattr(reminders, "order_email", with_another_key)
    race(enqueue_reminders, enqueue_reminders, enqueue_reminders)
    assert reminder_emails().count() > 40
