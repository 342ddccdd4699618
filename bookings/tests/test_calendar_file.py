"""The performance in a customer's calendar, read back by the library."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from bookings.aftersale.cancellation import cancel_tickets
from bookings.documents.calendar_file import calendar_of
from bookings.models import Order
from bookings.staff_operations.performance_cancellation import cancel_performance
from bookings.staff_operations.rescheduling import reschedule
from core.shared_cache import clear_shared_cache
from emails.models import OutboxEmail
from emails.rendering import preview
from shows.models import Performance
from shows.tests.factories import make_show, make_venue

from .factories import make_hold, make_paid_order, make_plan, make_sale, seated

pytestmark = pytest.mark.django_db(transaction=True)

STARTS = datetime(2027, 7, 3, 18, 0, tzinfo=UTC)


@pytest.fixture
def order(monkeypatch):
    venue = make_venue(name="Small Hall", city="Berlin", time_zone="Europe/Berlin")
    plan = make_plan(venue=venue, sections=[seated()])
    monkeypatch.setattr("bookings.tests.factories.make_plan", lambda **_: plan)
    show = make_show(title="Kabuki; Bass, & more", duration=90)
    doors = STARTS - timedelta(hours=1)
    performance = make_sale(show=show, venue=venue, starts_at=STARTS, doors_at=doors)
    return make_paid_order(hold=make_hold(performance=performance))


def read(order):
    orders = Order.objects.select_related("performance__show", "performance__venue")
    calendar = Calendar.from_ical(calendar_of(orders.get(pk=order.pk)))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_it_tells_the_time_of_the_venue_with_its_zone(order):
    calendar, event = read(order)
    assert calendar["METHOD"] == "PUBLISH"
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event.decoded("DTSTART") == STARTS
    assert event.decoded("DTEND") == STARTS + timedelta(minutes=90)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    assert event["SUMMARY"] == "Kabuki; Bass, & more"
    assert "Small Hall" in event["LOCATION"]
    assert "Stalls, row A, seat 2" in event["DESCRIPTION"] and "19:00" in event["DESCRIPTION"]


def test_it_is_in_the_language_of_its_order(order):
    order.language = "de"
    text = calendar_of(order).decode()
    assert "Einlass 19:00" in text.replace("\\,", ","), text


def test_it_holds_nothing_that_opens_the_order(order):
    assert order.key.encode() not in calendar_of(order)


def test_its_uid_stays_and_its_sequence_rises(order):
    _calendar, before = read(order)
    first = order.tickets.first()
    cancel_tickets(order=order, actor="staff:1", ticket_ids=[first.pk], by_staff=True)
    _calendar, after = read(order)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["STATUS"] == "CONFIRMED"
    assert first.label not in after["DESCRIPTION"]


def test_a_cancelled_order_removes_it(order):
    _calendar, before = read(order)
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    calendar, after = read(order)
    assert calendar["METHOD"] == "CANCEL"
    assert after["STATUS"] == "CANCELLED"
    assert after["UID"] == before["UID"] and after["SEQUENCE"] > before["SEQUENCE"]


def test_a_cancelled_performance_removes_it(order):
    Performance.objects.update(status=Performance.Status.CANCELLED)
    calendar, event = read(order)
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")


def test_it_can_be_fetched_before_and_after_cancelling(order):
    client = Client()
    client.get(f"/orders/{order.reference}/?key={order.key}")
    answer = client.get(f"/orders/{order.reference}/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"METHOD:PUBLISH" in answer.content
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    assert b"METHOD:CANCEL" in client.get(f"/orders/{order.reference}/calendar.ics").content


def read_performance(client, performance):
    cache.clear()
    clear_shared_cache()
    answer = client.get(f"/performances/{performance.pk}/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert not answer.cookies and answer["Cache-Control"].startswith("public")
    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_anybody_can_put_a_performance_into_a_calendar(order, client):
    _calendar, event = read_performance(client, order.performance)
    assert event["UID"].startswith(f"performance-{order.performance_id}@")
    assert event.decoded("DTSTART") == STARTS
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["SUMMARY"] == "Kabuki; Bass, & more" and "19:00" in event["DESCRIPTION"]
    assert "Small Hall" in event["LOCATION"]
    assert event["URL"].endswith(order.performance.get_absolute_url())
    text = event.to_ical().decode()
    assert order.reference not in text and "seat" not in text


def test_rescheduling_and_cancelling_update_the_event(order, client):
    performance = order.performance
    _calendar, before = read_performance(client, performance)
    starts_at = STARTS + timedelta(days=7)
    reschedule(
        performance=performance,
        starts_at=starts_at,
        doors_at=None,
        refund_until=None,
        actor="staff:1",
        reason="The tour begins later.",
    )
    _calendar, moved = read_performance(client, performance)
    assert moved.decoded("DTSTART") == starts_at and moved["UID"] == before["UID"]
    assert moved["SEQUENCE"] == before["SEQUENCE"] + 1
    cancel_performance(performance=performance, actor="staff:1", reason="Ill.")
    calendar, cancelled = read_performance(client, performance)
    assert (calendar["METHOD"], cancelled["STATUS"]) == ("CANCEL", "CANCELLED")
    assert cancelled["SEQUENCE"] == moved["SEQUENCE"] + 1


def test_drafts_have_no_calendar_file(order, client):
    Performance.objects.update(status=Performance.Status.DRAFT)
    address = f"/performances/{order.performance_id}/calendar.ics"
    assert client.get(address).status_code == 404
    assert client.get("/performances/999999/calendar.ics").status_code == 404
    assert client.post(address).status_code == 405


def test_the_email_about_cancelled_tickets_has_the_change(order):
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    message = preview(OutboxEmail.objects.get(kind="tickets_cancelled"))
    ((_name, content, mime_type),) = message.attachments
    assert mime_type == "text/calendar" and b"METHOD:CANCEL" in content


@pytest.mark.parametrize(
    ("starts_at", "written"),
    [
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), b"DTSTART;TZID=Europe/Berlin:20271031T023000"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), b"DTSTART:20271031T013000Z"),
    ],
)
def test_each_half_past_two_of_autumn_is_written_as_what_it_is(order, starts_at, written):
    Performance.objects.update(doors_at=None, starts_at=starts_at)
    orders = Order.objects.select_related("performance__show", "performance__venue")
    assert written in calendar_of(orders.get(pk=order.pk)).splitlines()
    _calendar, event = read(order)
    assert event.decoded("DTSTART").astimezone(UTC) == starts_at
    assert event.decoded("DTEND").astimezone(UTC) == starts_at + timedelta(minutes=90)
