"""Selling at the door: to the cent, once, and past the limits of customers."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.aftersale.cancellation import cancel_tickets
from bookings.exceptions import NoMatchingPlaces, NotOnSale, PlacesUnavailable
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order, Place
from bookings.staff_operations.counter_payments import Method, cancel_sale, take_payment
from bookings.tests.factories import (
    make_hold,
    make_sale,
    seated,
    section_of,
    standing,
)
from door.sales import DoorSaleRequest, sell_comps, start_sale
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from organisation.tests.factories import set_organisation
from payments.models import Payment, Refund
from payments.refunds import record_manual_refund, send_refunds
from shows.models import Performance
from shows.terms import clear_cached_terms

from .factories import with_till

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff():
    return with_till(make_staff(Role.BOX_OFFICE, "bob@concert.example"))


@pytest.fixture
def performance():
    sections = [seated(), standing(name="Floor", category="Regular", capacity=20)]
    return make_sale(sections=sections, customer_limit=2, concessions={"Child": 50})


def sell(performance, staff, quantity=2, method=Method.CASH, key="k1", **fields):
    order = start(performance, staff, quantity, key, **fields)
    return take_payment(order=order, method=method, staff=staff)


def start(performance, staff, quantity=2, key="k1", operation=start_sale, **fields):
    options = {name: fields.pop(name) for name in ("section", "concession") if name in fields}
    return operation(
        performance_id=performance.pk,
        request=DoorSaleRequest(quantity, **options),
        staff=staff,
        key=key,
        **fields,
    )


def give(performance, staff, quantity=2, **fields):
    return start(performance, staff, quantity, operation=sell_comps, **fields)


@pytest.mark.parametrize("method", [Method.CASH, Method.TERMINAL])
def test_it_sells_the_best_seats_for_money_taken_by_hand(performance, staff, method):
    order = sell(performance, staff, method=method)
    assert order.status == Order.Status.PAID and order.total == Decimal("90.00")
    assert order.tickets.valid().count() == 2
    payment = Payment.objects.captured().get()
    assert (payment.amount, payment.provider) == (Decimal("90.00"), method)
    entries = LedgerEntry.objects.filter(order=order.reference)
    assert entries.get(kind="order").actor == f"staff:{staff.pk}"
    assert (entries.get(kind="payment").amount, entries.get(kind="payment").actor) == (90, method)
    assert audit() == []


def test_it_sells_standing_places_with_a_concession(performance, staff):
    child = performance.concessions.get(name="Child")
    floor = section_of(performance, "Floor")
    order = sell(performance, staff, 3, section=floor.pk, concession=child.pk)
    assert order.total == Decimal("67.50")
    assert {ticket.label for ticket in order.tickets.all()} == {"Floor, standing"}
    assert {ticket.concession for ticket in order.tickets.all()} == {"Child"}


def test_neither_limits_nor_the_calendar_stop_it(performance, staff):
    Performance.objects.filter(pk=performance.pk).update(
        starts_at=performance.starts_at - timedelta(days=60),
        on_sale_from=performance.on_sale_from - timedelta(days=60),
    )
    clear_cached_terms()
    assert sell(performance, staff, 5).quantity == 5
    assert sell(performance, staff, 5, key="k2").quantity == 5


def test_the_same_sale_sent_twice_sells_once(performance, staff):
    assert sell(performance, staff) == sell(performance, staff)
    comp = {"reason": "Press", "key": "k9"}
    assert give(performance, staff, **comp) == give(performance, staff, **comp)
    assert Order.objects.count() == 2
    assert Payment.objects.captured().count() == 1


@pytest.mark.parametrize("is_standing", [False, True])
def test_comps_cost_nothing_and_say_why(performance, staff, is_standing):
    section = section_of(performance, "Floor").pk if is_standing else None
    order = give(performance, staff, 3, reason="The drummer's mother", section=section)
    assert (order.total, order.tickets.valid().count()) == (0, 3)
    assert not Payment.objects.exists()
    entry = LedgerEntry.objects.get(kind="note")
    assert entry.actor == f"staff:{staff.pk}" and "drummer" in entry.detail["reason"]


def test_tickets_are_in_the_language_of_the_organisation(performance, staff):
    set_organisation(language="de")
    orders = start(performance, staff), give(performance, staff, reason="Press", key="k2")
    assert {(order.language, order.name) for order in orders} == {
        ("de", "An der Abendkasse verkauft")
    }
    assert "Reihe" in orders[0].quote[0]["label"] and "Reihe" in orders[1].quote[0]["label"]


def test_it_enqueues_an_email_only_with_an_address(performance, staff):
    sell(performance, staff)
    give(performance, staff, reason="Press", key="k2")
    assert not OutboxEmail.objects.exists()
    sell(performance, staff, key="k3", email="Bob@example.org")
    assert OutboxEmail.objects.get().to == "bob@example.org"


def test_it_never_sells_what_somebody_holds(performance, staff):
    make_hold(performance=performance, labels=["A1", "A2"])
    order = sell(performance, staff, 40)
    held = Place.objects.held_at().values_list("pk", flat=True)
    assert not order.tickets.filter(place__in=held).exists()


def test_it_refuses_more_than_there_is(performance, staff):
    with pytest.raises((NoMatchingPlaces, PlacesUnavailable)):
        sell(performance, staff, 21, section=section_of(performance, "Floor").pk)
    with pytest.raises(NoMatchingPlaces):
        give(performance, staff, 51, reason="Press", key="k2")
    assert not Order.objects.exists()


def test_it_refuses_a_cancelled_performance(performance, staff):
    Performance.objects.filter(pk=performance.pk).update(status=Performance.Status.CANCELLED)
    clear_cached_terms()
    with pytest.raises(NotOnSale):
        sell(performance, staff)


def test_cash_is_given_back_by_hand_and_noted(performance, staff):
    order = sell(performance, staff)
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    send_refunds()
    refund = Refund.objects.get()
    assert refund.status == Refund.Status.FAILED and refund.amount == Decimal("90.00")
    assert "mark it as refunded" in refund.failure
    by = f"staff:{staff.pk}"
    assert record_manual_refund(refund, by=by)
    assert not record_manual_refund(refund, by=by)
    assert Refund.objects.get().status == Refund.Status.SUCCEEDED


def test_a_sale_that_is_paid_cannot_be_cancelled(performance, staff):
    order = sell(performance, staff)
    cancel_sale(order=order, staff=staff)
    assert order.tickets.valid().count() == 2


@pytest.mark.parametrize("method", [Method.CASH, Method.TERMINAL])
@pytest.mark.parametrize("options", [{}, {"section": "Floor"}])
def test_it_sells_where_nobody_can_pay_online(performance, staff, settings, method, options):
    settings.PAYMENT_PROVIDER = "none"
    options = {name: section_of(performance, label).pk for name, label in options.items()}
    order = sell(performance, staff, method=method, **options)
    assert (order.status, order.total) == ("paid", Decimal(90))
    assert Payment.objects.get().provider == method.value


def test_who_paid_in_cash_is_told_to_collect_the_refund(performance, staff):
    order = sell(performance, staff, email="bob@example.org")
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    render_due_emails()
    body = OutboxEmail.objects.get(kind="tickets_cancelled").text
    assert "You paid €90 at the box office, so we’ll refund it there" in body
    assert "original payment method" not in body
