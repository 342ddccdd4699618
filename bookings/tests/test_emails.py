"""The content of the sale's e-mails."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings.aftersale.cancellation import cancel_tickets
from bookings.emails.reminders import enqueue_reminders
from bookings.models import Order
from emails.models import OutboxEmail
from emails.rendering import preview
from payments.charges import pay_url, settle_payment, start_payment
from payments.models import DemoCharge
from shows.models import Performance
from shows.tests.factories import make_show, make_venue

from .factories import (
    age_hold,
    make_hold,
    make_order,
    make_paid_order,
    make_plan,
    make_sale,
    pay,
    seated,
)

pytestmark = pytest.mark.django_db(transaction=True)


def sale(**fields):
    """Make a performance in Tokyo at 20:00 on 12 June next year, with doors at 19:00."""
    starts = datetime(timezone.now().year + 1, 6, 12, 11, 0, tzinfo=UTC)
    show = make_show(title="Kabuki & Bass")
    return make_sale(
        **{"show": show, "starts_at": starts, "doors_at": starts - timedelta(hours=1)} | fields
    )


@pytest.fixture
def performance(monkeypatch):
    venue = make_venue(name="Small Hall", city="Tokyo", time_zone="Asia/Tokyo", address="1-2 Ueno")
    plan = make_plan(venue=venue, sections=[seated()])
    monkeypatch.setattr("bookings.tests.factories.make_plan", lambda **_: plan)
    return sale(venue=venue, concessions={"Child": 50})


def email_of(kind):
    return OutboxEmail.objects.get(kind=kind)


def read_email(kind):
    """Return the message and its two bodies of the only e-mail of this kind."""
    message = preview(email_of(kind))
    return message, message.text, message.html


def test_the_confirmation_lists_what_was_bought(performance):
    order = make_paid_order(hold=make_hold(performance=performance))
    message, text, html = read_email("order_confirmation")
    assert message.subject == "Your tickets for Kabuki & Bass, 12 Jun"
    for body in (text, html):
        assert "Stalls, row A, seat 1" in body and "Stalls, row A, seat 2" in body
        assert "includes €5 fee" in body and "€90" in body
        assert order.reference in body
    assert "Kabuki & Bass" in text and "Kabuki &amp; Bass" in html


def test_times_in_the_confirmation_are_those_of_the_venue(performance):
    make_paid_order(hold=make_hold(performance=performance))
    _message, text, html = read_email("order_confirmation")
    assert "When: " in text
    for body in (text, html):
        assert "12 June" in body and "20:00 JST" in body
        assert "19:00" in body  # Doors.
        assert "1-2 Ueno" in body and "Tokyo" in body
        assert "until" in body and "10 June" in body  # 48 hours before.


def test_the_link_in_the_confirmation_opens_the_tickets(performance, settings):
    make_paid_order(hold=make_hold(performance=performance))
    _message, text, _html = read_email("order_confirmation")
    (link,) = [word for word in text.split() if "?key=" in word]
    assert link.startswith(settings.SITE_URL)
    response = Client().get(link.removeprefix(settings.SITE_URL), follow=True)
    assert response.status_code == 200
    assert 'aria-label="QR code' in response.content.decode()


def test_the_confirmation_names_concessions(performance):
    hold = make_hold(performance=performance, labels=["A1"])
    hold.concessions = {str(hold.places.get().pk): performance.concessions.get().pk}
    hold.save()
    make_paid_order(hold=hold)
    assert "Regular · Child" in read_email("order_confirmation")[1]


def test_the_confirmation_offers_only_what_is_possible(performance):
    Performance.objects.update(cancel_until_hours=None)
    make_paid_order(hold=make_hold(performance=performance))
    assert "give tickets back" not in read_email("order_confirmation")[1]


def test_no_confirmation_is_sent_once_all_tickets_are_cancelled(performance):
    order = make_paid_order(hold=make_hold(performance=performance))
    cancel_tickets(order=order, actor="test", by_staff=True)
    assert preview(email_of("order_confirmation")) is None


def test_it_is_in_the_language_of_the_order(performance):
    order = make_paid_order(hold=make_hold(performance=performance))
    OutboxEmail.objects.update(language="de")
    assert (
        "12. Juni" in read_email("order_confirmation")[1]
        or "12 Juni" in read_email("order_confirmation")[1]
    )
    assert order.language == "en"


def test_a_refunded_late_payment_is_explained(performance):
    order = make_order(hold=make_hold(performance=performance))
    age_hold(order.hold, minutes=9)
    make_hold(performance=performance)
    pay(order)
    message, text, html = read_email("payment_returned")
    assert message.subject == "Your refund of €90"
    for body in (text, html):
        assert "your seats have been sold in the meantime" in body
        assert "You have no tickets from this order" in body
        assert f"/performances/{performance.pk}/" in body
        assert "?key=" not in body


def pay_twice(order):
    """Pay a paid order again, as from an open tab of the payment page."""
    again = start_payment(
        purpose=order.reference,
        amount=order.total,
        currency=order.currency,
        description="again",
        return_url="/",
    )
    pay_url(again)
    DemoCharge.objects.filter(key=again.key).update(status=DemoCharge.Status.PAID)
    settle_payment(again)


def test_a_refunded_second_payment_is_explained(performance):
    order = make_paid_order(hold=make_hold(performance=performance))
    pay_twice(order)
    _message, text, _html = read_email("payment_returned")
    assert "was paid twice. Your tickets are not affected." in text
    assert "somebody else" not in text


def test_a_cancellation_lists_the_tickets_and_the_refund(performance):
    order = make_paid_order(hold=make_hold(performance=performance))
    first = order.in_order().first()
    cancel_tickets(order=order, actor="test", ticket_ids=[first.pk], by_staff=True)
    message, text, html = read_email("tickets_cancelled")
    assert message.subject == "Your ticket for Kabuki & Bass is cancelled"
    for body in (text, html):
        assert "Stalls, row A, seat 1" in body and "Stalls, row A, seat 2" not in body
        assert "refund €45 to your original payment method" in body
        assert "Your other ticket remains valid." in body


def test_a_cancellation_without_refund_says_so(performance):
    order = make_paid_order(hold=make_hold(performance=performance))
    cancel_tickets(order=order, actor="test", by_staff=True, refund=False)
    message, text, _html = read_email("tickets_cancelled")
    assert message.subject == "Your tickets for Kabuki & Bass are cancelled"
    assert "There is no refund for this cancellation." in text
    assert "Your other" not in text


def test_a_reminder_has_time_and_venue(performance):
    order = make_paid_order(hold=make_hold(performance=performance))
    starts = timezone.now() + timedelta(hours=23)
    Performance.objects.update(starts_at=starts, doors_at=None)
    enqueue_reminders()
    message, text, html = read_email("reminder")
    there = starts.astimezone(performance.venue.zone)
    day = "Today" if there.date() == timezone.now().astimezone(there.tzinfo).date() else "Tomorrow"
    assert message.subject == f"{day} at {there:%H:%M}: Kabuki & Bass"
    for body in (text, html):
        assert f"{there:%H:%M} JST" in body
        assert "Stalls, row A, seat 1" in body and "Small Hall" in body
        assert f"/orders/{order.reference}/?key=" in body
        assert "Unsubscribe" in body
        assert "Doors" not in body


def test_cancelling_refunds_the_payment_that_bought_the_tickets(performance):
    """A second payment that was already refunded is not refunded again."""
    order = make_order(hold=make_hold(performance=performance))
    Order.objects.filter(pk=order.pk).update(total=100)
    order.refresh_from_db()
    pay(order)  # Less than the new total, so it is refunded.
    Order.objects.filter(pk=order.pk).update(total=90)
    order.refresh_from_db()
    pay_twice(order)
    order.refresh_from_db()
    assert order.is_confirmed
    cancel_tickets(order=order, actor="test", by_staff=True)
    assert "refund €90 to your original" in read_email("tickets_cancelled")[1]
