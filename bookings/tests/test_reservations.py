"""Orders that are paid later by transfer: reserved until a date, then paid or lapsed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings.emails.payment_reminders import enqueue_payment_reminders
from bookings.exceptions import (
    HoldLapsed,
    InvalidRequest,
    LimitReached,
    NoBankAccount,
    NotReserved,
    OrderAlreadyPaid,
    PlacesUnavailable,
)
from bookings.ledger.audit import audit
from bookings.models import Hold, LedgerEntry, Order, Place, Ticket
from bookings.sale import reservations
from bookings.sale.release import remove_place, sweep_lapsed_holds
from bookings.sale.reservations import (
    cancel_reservation,
    extend_reservation,
    lapse_reservations,
    reserve_order,
)
from bookings.staff_operations.performance_cancellation import cancel_performance
from bookings.staff_operations.transfers import record_transfer
from core.testing.races import race
from emails.models import OutboxEmail
from organisation.tests.factories import make_seller
from payments.models import Payment, Refund
from payments.refunds import send_refunds
from shows.online_sales import transfer_end
from shows.terms import terms_of

from .factories import age_hold, make_customer, make_hold, make_order, make_sale, make_user, pay

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 30)


def in_days(days):
    return timezone.now() + timedelta(days=days)


def make_reserved(*, days=7, seller=True, **fields):
    if seller:
        make_seller()
    order = make_order(**fields)
    return reserve_order(order=order, payable_until=in_days(days), actor="staff:1")


def end_reservation(order):
    """Move the end of the reservation into the past, as if that much time had gone by."""
    past = timezone.now() - timedelta(minutes=1)
    Order.objects.filter(pk=order.pk).update(payable_until=past)
    Place.objects.filter(hold=order.hold_id).update(held_until=past)


def transfer(order):
    return record_transfer(order=order, received_on=TODAY, taken_by="staff:1")


def kinds():
    return sorted(OutboxEmail.objects.values_list("kind", flat=True))


def test_it_keeps_the_places_long_after_the_basket_would_have_expired():
    order = make_reserved()
    Hold.objects.filter(pk=order.hold_id).update(
        created_at=in_days(-2), expires_at=in_days(-2) + timedelta(minutes=8)
    )
    sweep_lapsed_holds()
    lapse_reservations()
    order.refresh_from_db()
    assert order.status == Order.Status.RESERVED
    with pytest.raises(PlacesUnavailable):
        make_hold(performance=order.performance, labels=["A1"])
    assert LedgerEntry.objects.get(kind="reserve").places == [p["place"] for p in order.quote]
    assert kinds() == ["order_reserved"]
    assert not audit()


def test_reserving_twice_changes_nothing():
    order = make_reserved()
    again = reserve_order(order=order, payable_until=in_days(3), actor="staff:1")
    assert again.payable_until == order.payable_until
    assert LedgerEntry.objects.filter(kind="reserve").count() == 1


def test_the_customer_can_fill_another_basket_and_it_counts_towards_the_limit():
    customer = make_customer(user=make_user())
    performance = make_sale(customer_limit=3)
    hold = make_hold(performance=performance, customer=customer)
    make_reserved(hold=hold, user=customer.user)
    make_hold(performance=performance, customer=customer, labels=["A3"])
    with pytest.raises(LimitReached):
        make_hold(performance=performance, customer=customer, labels=["A4"])


@pytest.mark.parametrize("days", [-1, 4000])
def test_it_rejects_a_time_in_the_past_or_after_the_start(days):
    make_seller()
    order = make_order()
    with pytest.raises(InvalidRequest):
        reserve_order(order=order, payable_until=in_days(days), actor="staff:1")
    assert not Order.objects.reserved().exists()


@pytest.mark.parametrize("iban", [None, ""])
def test_it_needs_a_bank_account(iban):
    if iban is not None:
        make_seller(iban=iban)
    with pytest.raises(NoBankAccount):
        make_reserved(seller=False)


def test_an_expired_basket_is_not_reserved():
    make_seller()
    order = make_order()
    age_hold(order.hold, minutes=9)
    with pytest.raises(HoldLapsed):
        reserve_order(order=order, payable_until=in_days(3), actor="staff:1")


def test_a_basket_that_lost_an_ordered_place_is_not_reserved():
    make_seller()
    order = make_order()
    remove_place(hold=order.hold, place_id=order.quote[0]["place"], actor="x")
    with pytest.raises(HoldLapsed):
        reserve_order(order=order, payable_until=in_days(3), actor="staff:1")


def test_places_added_to_the_basket_since_are_released():
    make_seller()
    customer = make_customer()
    performance = make_sale()
    order = make_order(hold=make_hold(performance=performance, customer=customer))
    make_hold(performance=performance, customer=customer, labels=["A3"])
    reserve_order(order=order, payable_until=in_days(3), actor="staff:1")
    assert Place.objects.filter(state="held").count() == 2
    assert not audit()


def test_a_transfer_gives_the_tickets():
    order = transfer(make_reserved())
    assert order.status == Order.Status.PAID
    payment = Payment.objects.get()
    assert (payment.provider, payment.taken_by) == ("transfer", "staff:1")
    assert kinds() == ["order_confirmation", "order_reserved"]
    assert not audit()
    with pytest.raises(OrderAlreadyPaid):
        transfer(order)


def test_a_reserved_order_can_be_paid_online_instead():
    order = make_reserved()
    pay(order)
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert not audit()


def test_after_its_end_anybody_can_take_the_places_with_every_worker_dead():
    order = make_reserved()
    end_reservation(order)
    make_hold(performance=order.performance, labels=["A1"])
    assert lapse_reservations() == 1
    assert lapse_reservations() == 0
    order.refresh_from_db()
    assert (order.status, order.hold.status) == ("lapsed", "lapsed")
    assert Place.objects.filter(state="held").count() == 1
    assert kinds() == ["order_reserved", "reservation_lapsed"]
    assert not audit()


def test_money_after_the_end_gets_the_places_if_they_are_still_available():
    order = make_reserved()
    end_reservation(order)
    lapse_reservations()
    assert transfer(order).status == Order.Status.PAID
    assert not audit()


def test_money_after_the_places_were_sold_is_a_refund_that_staff_make():
    order = make_reserved()
    end_reservation(order)
    make_hold(performance=order.performance, labels=["A1"])
    assert transfer(order).status == Order.Status.RESERVED  # Lapses with the next run.
    lapse_reservations()
    send_refunds()
    refund = Refund.objects.get()
    assert (refund.status, refund.amount) == (Refund.Status.FAILED, order.total)
    assert "Transfer the money back" in refund.failure
    assert not audit()


def test_a_reservation_can_be_cancelled_once():
    order = cancel_reservation(order=make_reserved(), actor="staff:1")
    assert order.status == Order.Status.LAPSED
    assert not Place.objects.filter(state="held").exists()
    with pytest.raises(NotReserved):
        cancel_reservation(order=order, actor="staff:1")
    assert not audit()


def test_a_cancelled_performance_ends_its_reservations():
    order = make_reserved()
    cancel_performance(performance=order.performance, actor="staff:1", reason="Ill.")
    assert lapse_reservations() == 1
    assert kinds() == ["order_reserved", "reservation_lapsed"]


def test_customers_are_reminded_once_near_the_end():
    order = make_reserved(days=3)
    assert enqueue_payment_reminders() == 0
    Order.objects.update(created_at=in_days(-2))
    assert enqueue_payment_reminders() == 0
    Order.objects.update(payable_until=in_days(1))
    assert [enqueue_payment_reminders(), enqueue_payment_reminders()] == [1, 0]
    assert OutboxEmail.objects.get(kind="payment_reminder").to == order.email


def test_customers_may_pay_later_where_the_performance_allows_it():
    make_seller()
    now = timezone.now()
    performance = make_sale(transfer_days=7, starts_at=now + timedelta(days=30))
    terms = terms_of(performance.pk)
    end = transfer_end(terms, now).astimezone(performance.venue.zone)
    assert (end.hour, end.minute) == (23, 59)
    assert timedelta(days=6) < end - now < timedelta(days=9)
    soon = replace(terms, starts_at=now + timedelta(days=4))
    assert transfer_end(soon, now) <= soon.starts_at - timedelta(days=1)
    assert transfer_end(replace(terms, starts_at=now + timedelta(days=2)), now) is None
    assert transfer_end(replace(terms, transfer_days=None), now) is None
    assert transfer_end(replace(terms, has_bank_account=False), now) is None


def test_a_transfer_and_the_end_of_the_reservation_and_a_buyer_compete():
    """Either the order has its seats, or the money goes back: never both, never neither."""
    make_seller()
    performance = make_sale()
    orders = [
        make_reserved(
            seller=False,
            hold=make_hold(performance=performance, labels=[f"A{n}"]),
            email=f"{n}@x.org",
        )
        for n in range(1, 7)
    ]
    for order in orders:
        end_reservation(order)
    buyers = [lambda n=n: make_hold(performance=performance, labels=[f"A{n}"]) for n in range(1, 7)]
    race(
        *[lambda order=order: transfer(order) for order in orders],
        *buyers,
        lapse_reservations,
        lapse_reservations,
    )
    lapse_reservations()
    assert Payment.objects.captured().count() == 6
    for order in orders:
        order.refresh_from_db()
        refunds = Refund.objects.filter(payment__purpose=order.reference)
        if order.status == Order.Status.PAID:
            assert order.tickets.valid().count() == 1 and not refunds.exists()
        else:
            assert refunds.get().amount == order.total
    assert Ticket.objects.valid().count() == Place.objects.sold().count()
    assert not audit()


def test_without_the_check_under_the_lock_only_the_database_keeps_a_paid_order():
    """The control: lapsing has to look at the order again once it has the hold."""
    order = make_reserved()
    end_reservation(order)
    stale = Order.objects.get(pk=order.pk)
    transfer(order)
    assert not reservations._lapse(order.hold_id)
    with pytest.raises(IntegrityError, match="paid_order_has_its_time"), transaction.atomic():
        reservations._end(order.hold, stale, actor="system", kind=LedgerEntry.Kind.LAPSE)


def extend(order, *, days):
    return extend_reservation(
        order=order, payable_until=in_days(days), actor="staff:1", reason="Bank holiday"
    )


def test_staff_extend_a_reservation_and_the_customer_is_told():
    order = extend(make_reserved(days=3), days=9)
    assert set(Place.objects.filter(hold=order.hold_id).values_list("held_until", flat=True)) == {
        order.payable_until
    }
    entry = LedgerEntry.objects.get(kind="extend")
    assert (entry.actor, entry.detail["reason"]) == ("staff:1", "Bank holiday")
    assert kinds() == ["order_reserved", "reservation_extended"]
    assert not audit()
    assert transfer(order).status == Order.Status.PAID


def test_an_extended_reservation_is_reminded_of_again():
    order = make_reserved(days=1.5)
    Order.objects.update(created_at=in_days(-3))
    assert enqueue_payment_reminders() == 1
    assert enqueue_payment_reminders() == 0
    extend(order, days=9)
    assert enqueue_payment_reminders() == 0
    end = in_days(0.5)  # Another day than before, at any time of the day.
    Order.objects.update(payable_until=end)
    assert enqueue_payment_reminders() == 1


def test_a_reservation_whose_time_has_passed_can_be_extended_until_a_seat_is_taken():
    order = make_reserved()
    end_reservation(order)
    order = extend(order, days=3)
    end_reservation(order)
    make_hold(performance=order.performance, labels=["A1"])
    with pytest.raises(NotReserved):
        extend(order, days=3)
    assert LedgerEntry.objects.filter(kind="extend").count() == 1


@pytest.mark.parametrize("days", [-1, 4000])
def test_it_is_not_extended_into_the_past_or_beyond_the_start(days):
    order = make_reserved()
    with pytest.raises(InvalidRequest):
        extend(order, days=days)


def test_what_is_paid_or_lapsed_is_not_extended():
    order = transfer(make_reserved())
    with pytest.raises(NotReserved):
        extend(order, days=3)


def test_extending_and_lapsing_at_once_end_in_one_of_the_two():
    order = make_reserved()
    end_reservation(order)
    outcomes = race(lambda: extend(order, days=3), lapse_reservations)
    order.refresh_from_db()
    assert order.status in ("reserved", "lapsed"), outcomes
    assert not audit()
