"""From an entry of the transaction log to an event, in one transaction."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from api.models import Delivery, Event, OutboxEvent
from api.tests.receivers import make_endpoint
from api.webhooks.endpoints import disable
from api.webhooks.publishing import publish_events
from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.partial_refunds import refund_amount
from bookings.ledger.recording import record
from bookings.staff_operations.blocking import block_places
from bookings.tests.factories import (
    make_hold,
    make_order,
    make_paid_order,
    make_sale,
    pay,
    seated,
)
from core.testing.races import race
from door.check_ins import check_in, undo_check_in
from shows.tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def publish_all():
    """Publish all entries; return (type, data) of every event, in the order of the log."""
    publish_events()
    bodies = [json.loads(event.body) for event in Event.objects.order_by("at", "key")]
    return [(body["type"], body["data"]) for body in bodies]


def test_all_events_of_an_order_are_published():
    make_endpoint()
    staff = make_user(is_staff=True)
    order = make_paid_order()
    first, second = order.tickets.order_by("pk")
    came = check_in(performance_id=order.performance_id, door="North", by=staff, ticket_id=first.pk)
    undo_check_in(check_in=came, by=staff)
    cancel_tickets(order=order, actor="test", ticket_ids=[second.pk])
    refund_amount(order=order, amount=5, actor="test", reason="late", request_key="1")
    events = publish_all()
    assert [kind for kind, _data in events] == [
        "order.paid",
        "ticket.checked_in",
        "ticket.check_in_undone",
        "order.cancelled",
        "order.refunded",
        "order.refunded",
    ]
    paid, checked, _undone, cancelled, refunded, by_hand = (data for _kind, data in events)
    assert paid["order"]["reference"] == order.reference
    assert paid["order"]["total"] == {"amount": "90.00", "currency": "EUR"}
    assert paid["performance"]["time_zone"] == "Europe/Berlin"
    assert checked["ticket"]["id"] == first.pk and checked["door"] == "North"
    assert [ticket["id"] for ticket in cancelled["tickets"]] == [second.pk]
    assert refunded["refund"]["amount"] == {"amount": "45.00", "currency": "EUR"}
    assert by_hand["refund"]["amount"]["amount"] == "5.00"


def test_a_scan_that_was_sent_later_has_the_time_it_was_made():
    make_endpoint(events=["ticket.checked_in"])
    order = make_paid_order()
    ticket = order.tickets.first()
    made = timezone.now() - timedelta(minutes=20)
    order.tickets.update(created_at=made)
    came = check_in(
        performance_id=order.performance_id,
        door="North",
        by=make_user(is_staff=True),
        ticket_id=ticket.pk,
        scanned_at=made,
    )
    assert came.at == made
    ((_kind, data),) = publish_all()
    assert datetime.fromisoformat(data["scanned_at"]) == made


def test_it_contains_no_personal_data():
    make_endpoint()
    order = make_paid_order()
    publish_events()
    body = Event.objects.get().body
    assert order.email not in body and order.name not in body and order.key not in body


def test_what_is_rolled_back_is_not_published():
    make_endpoint()
    sale = make_sale()
    with pytest.raises(RuntimeError), transaction.atomic():
        record("sale", performance_id=sale.pk, actor="test", order="NOBODY")
        raise RuntimeError
    assert not OutboxEvent.objects.exists()
    record("sale", performance_id=sale.pk, actor="test")
    assert OutboxEvent.objects.count() == 1


def test_nothing_is_stored_without_subscribers():
    make_paid_order()
    disable(endpoint=make_endpoint())
    make_paid_order()
    assert not OutboxEvent.objects.exists()


def test_each_endpoint_gets_only_its_event_types():
    ledger = make_endpoint(events=["order.paid"])
    door = make_endpoint(events=["ticket.checked_in"])
    make_paid_order()
    publish_events()
    assert [delivery.endpoint for delivery in Delivery.objects.all()] == [ledger]
    assert not door.deliveries.exists()


def test_sold_out_is_published_once_and_again_after_a_release():
    make_endpoint(events=["performance.sold_out"])
    sale = make_sale(sections=[seated(rows=1, seats=4)])
    kept = make_order(hold=make_hold(performance=sale, labels=["A1", "A2"]))
    first = make_paid_order(hold=make_hold(performance=sale, labels=["A3", "A4"]))
    assert publish_all() == []  # Two are still in a basket.
    pay(kept)
    ((kind, data),) = publish_all()
    assert (kind, data["places_total"]) == ("performance.sold_out", 4)
    assert data["performance"]["id"] == sale.pk

    cancel_tickets(order=first, actor="test")
    places = list(sale.places.filter(state="available").values_list("pk", flat=True))
    block_places(performance=sale, place_ids=places[:1], actor="test")
    assert len(publish_all()) == 1
    block_places(performance=sale, place_ids=places[1:], actor="test")
    assert len(publish_all()) == 2


def test_two_concurrent_runs_publish_each_event_once():
    make_endpoint()
    for _ in range(3):
        make_paid_order()
    outcomes = race(*[publish_events] * 4)
    assert all(outcome.error is None for outcome in outcomes)
    publish_events()
    assert (Event.objects.count(), Delivery.objects.count()) == (3, 3)
    assert not OutboxEvent.objects.exists()


def test_an_entry_that_cannot_be_published_does_not_block_others(caplog):
    make_endpoint()
    sale = make_sale()
    record("sale", performance_id=sale.pk, actor="test", order="NOBODY")
    make_paid_order()
    assert publish_events() == 1
    assert "could not be published" in caplog.text
    assert Event.objects.get().type == "order.paid"
