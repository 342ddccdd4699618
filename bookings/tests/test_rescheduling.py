"""Reschedule a performance: tickets stay valid, holders are notified and can get a refund."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from icalendar import Calendar

from bookings.aftersale.cancellation import cancel_tickets
from bookings.documents.calendar_file import calendar_of
from bookings.exceptions import CannotCancel, InvalidRequest
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order
from bookings.staff_operations.rescheduling import reschedule
from emails.models import OutboxEmail
from emails.rendering import preview
from payments.models import DemoCharge, Refund
from payments.refunds import send_refunds
from shows.models import Performance
from shows.terms import clear_cached_terms, terms_of

from .factories import make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


def later(performance, *, days=7, offer=True, **fields):
    starts_at = performance.starts_at + timedelta(days=days)
    wanted = {
        "starts_at": starts_at,
        "doors_at": None,
        "refund_until": timezone.now() + timedelta(days=3) if offer else None,
        "actor": "staff:1",
        "reason": "The lorry is late.",
    }
    return reschedule(performance=performance, **wanted | fields)


def test_tickets_stay_valid_and_holders_are_notified_once():
    order = make_paid_order()
    before = order.performance.starts_at
    moved = later(order.performance)
    later(order.performance, days=7, starts_at=moved.starts_at)
    assert order.tickets.valid().count() == 2
    email = OutboxEmail.objects.get(kind="performance_rescheduled")
    assert email.to == order.email
    text = preview(email).text
    assert f"{moved.starts_at.astimezone(moved.venue.zone):%H:%M}" in text
    assert f"{before.astimezone(moved.venue.zone):%B %Y}" in text
    assert "Cancel your tickets" in text
    entry = LedgerEntry.objects.get(kind="reschedule")
    assert entry.detail["reason"] == "The lorry is late."
    assert entry.detail["after"] == moved.starts_at.isoformat()
    assert not audit()


def test_until_the_deadline_every_cent_is_refunded_whatever_the_terms():
    performance = make_sale(keep_fee=True, cancel_until_hours=None)
    order = make_paid_order(hold=make_hold(performance=performance))
    with pytest.raises(CannotCancel):
        cancel_tickets(order=order, actor="visitor:x")
    later(performance)
    assert terms_of(performance.pk).keep_fee is False
    cancel_tickets(order=order, actor="visitor:x")
    send_refunds()
    assert Refund.objects.get().amount == Decimal("90.00") == DemoCharge.objects.get().refunded
    assert not audit()


def test_after_the_deadline_the_usual_terms_apply():
    performance = make_sale(keep_fee=True, cancel_until_hours=None)
    order = make_paid_order(hold=make_hold(performance=performance))
    later(performance)
    Performance.objects.update(refund_until=timezone.now() - timedelta(minutes=1))
    with pytest.raises(CannotCancel):
        cancel_tickets(order=order, actor="visitor:x")
    assert Order.objects.get().quantity == 2
    assert Performance.objects.get(pk=performance.pk).keeps_fee()


def test_the_order_shows_both_dates_and_the_offer():
    performance = make_sale()
    order = make_paid_order(hold=make_hold(performance=performance))
    assert "Rescheduled from" not in order_page(order)
    moved = later(performance)
    page = order_page(order)
    zone = moved.venue.zone
    for moment in (performance.starts_at, moved.starts_at, moved.refund_until):
        assert date_format(moment.astimezone(zone), "l j F Y, H:i") in page
    assert "Rescheduled from" in page and "for a full refund" in page
    Performance.objects.update(refund_until=timezone.now() - timedelta(minutes=1))
    clear_cached_terms()
    page = order_page(order)
    assert "Rescheduled from" in page and "for a full refund" not in page


def test_who_searches_for_tickets_sees_the_first_date():
    performance = make_sale()
    moved = later(performance)
    before = performance.starts_at.astimezone(moved.venue.zone)
    client = Client()
    page = client.get(moved.get_absolute_url()).content.decode()
    assert f"Rescheduled from {date_format(before, 'l j F Y, H:i')}" in page
    page = client.get(moved.show.get_absolute_url()).content.decode()
    assert f"rescheduled from {date_format(before, 'D j M, H:i')}" in page
    assert '"eventStatus":"https://schema.org/EventRescheduled"' in page
    assert f'"previousStartDate":"{before.isoformat(timespec="minutes")}"' in page


def test_the_first_date_is_remembered_and_moving_back_is_no_move():
    performance = make_sale()
    moved = later(later(performance), days=3)
    assert moved.moved_from == performance.starts_at and moved.is_moved
    assert not later(moved, starts_at=performance.starts_at).is_moved


def test_other_doors_do_not_count_as_rescheduling():
    performance = make_sale()
    doors_at = performance.starts_at - timedelta(hours=1)
    same = later(performance, starts_at=performance.starts_at, doors_at=doors_at)
    assert same.rescheduled_at and not same.is_moved


def order_page(order):
    return Client().get(f"{order.get_absolute_url()}?key={order.key}", follow=True).content.decode()


def test_without_a_refund_offer_the_email_mentions_none():
    order = make_paid_order()
    later(order.performance, offer=False)
    assert (
        "Cancel your tickets"
        not in preview(OutboxEmail.objects.get(kind="performance_rescheduled")).text
    )


def test_the_calendar_event_is_moved():
    order = make_paid_order()
    first = read_event(order)
    later(order.performance)
    second = read_event(Order.objects.get())
    assert second["uid"] == first["uid"]
    assert second["sequence"] > first["sequence"]
    assert second["dtstart"].dt > first["dtstart"].dt


def read_event(order):
    return Calendar.from_ical(calendar_of(order)).walk("VEVENT")[0]


def test_the_end_of_the_sale_moves_with_it():
    performance = make_sale()
    until = performance.starts_at - timedelta(hours=1)
    Performance.objects.update(on_sale_until=until)
    assert later(performance).on_sale_until == until + timedelta(days=7)


def test_it_reports_all_errors_at_once():
    performance = make_sale()
    with pytest.raises(InvalidRequest) as refused:
        later(
            performance,
            starts_at=timezone.now() - timedelta(hours=1),
            doors_at=timezone.now(),
            refund_until=timezone.now() - timedelta(hours=2),
        )
    assert len(refused.value.reasons) == 3
    performance.refresh_from_db()
    assert performance.rescheduled_at is None
    assert not OutboxEmail.objects.filter(kind="performance_rescheduled").exists()
