"""The second reminder, two hours before the start."""

from datetime import timedelta

import pytest

from bookings.aftersale.cancellation import cancel_tickets
from bookings.emails.reminders import day_of, enqueue_final_reminders, enqueue_reminders
from bookings.tasks import enqueue_reminders as task
from core.testing.races import race
from emails.models import OutboxEmail
from emails.opt_outs import opt_out
from emails.rendering import render_due_emails

from .factories import make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


def soon(**fields):
    return make_sale(**{"starts_in": timedelta(minutes=100), "cancel_until_hours": 1} | fields)


def holder(performance, *labels, **fields):
    hold = make_hold(performance=performance, labels=labels or ["A1"])
    return make_paid_order(hold=hold, **fields)


def keys():
    return set(OutboxEmail.objects.filter(kind="reminder").values_list("key", flat=True))


@pytest.mark.parametrize(("minutes", "reminded"), [(121, 0), (120, 1), (30, 1), (20, 0), (-1, 0)])
def test_it_reminds_within_two_hours_but_not_after_doors_open(minutes, reminded):
    performance = make_sale()
    holder(performance)
    now = performance.starts_at - timedelta(minutes=minutes)
    assert enqueue_final_reminders(now) == reminded


def test_it_is_sent_in_addition_to_the_day_reminder_and_once():
    performance = make_sale(starts_in=timedelta(hours=20))
    order = holder(performance)
    enqueue_reminders()
    late = performance.starts_at - timedelta(minutes=100)
    assert [enqueue_final_reminders(late), enqueue_final_reminders(late)] == [1, 0]
    about = f"{order.reference}:{day_of(performance)}"
    assert keys() == {f"reminder:{about}", f"reminder-soon:{about}"}


def test_it_is_enqueued_at_once_with_late_tickets():
    order = holder(soon())
    task()
    render_due_emails()
    email = OutboxEmail.objects.get(key__startswith=f"reminder-soon:{order.reference}:")
    assert order.performance.show.title in email.subject
    assert "[hidden:order_key]" in email.text
    assert "List-Unsubscribe" in email.headers


def test_it_respects_opt_outs_and_cancellations():
    performance = soon()
    holder(performance, "A1", email="carol@example.org")
    opt_out(email="carol@example.org", kind="reminder")
    cancelled = holder(performance, "A2", email="dan@example.org")
    cancel_tickets(order=cancelled, actor="test", by_staff=True)
    assert enqueue_final_reminders() == 0


def test_two_beat_processes_enqueue_one():
    holder(soon())
    race(*[enqueue_final_reminders] * 4)
    assert len(keys()) == 1
