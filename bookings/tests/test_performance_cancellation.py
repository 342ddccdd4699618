"""Cancel a performance: sales stop, and each order is refunded once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.partial_refunds import refund_amount
from bookings.exceptions import NotOnSale
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order, Place, Ticket
from bookings.seatmap.remaining import count_places_left
from bookings.staff_operations import performance_cancellation
from bookings.staff_operations.performance_cancellation import (
    PerformanceOver,
    cancel_performance,
    progress_of,
    refund_cancelled_performances,
)
from emails.models import OutboxEmail
from emails.rendering import preview
from payments.models import DemoCharge, Payment, Refund
from payments.refunds import send_refunds
from shows.models import Performance
from tools.faults import breakpoints

from .bulk_orders import make_paid_orders
from .factories import make_hold, make_order, make_paid_order, make_sale, pay

pytestmark = pytest.mark.django_db(transaction=True)

ACTOR = "staff:1"


def off(performance):
    return cancel_performance(performance=performance, actor=ACTOR, reason="The singer is ill.")


def test_it_ends_the_sale_at_once():
    performance = make_sale()
    off(performance)
    with pytest.raises(NotOnSale):
        make_hold(performance=performance)
    entry = LedgerEntry.objects.get(kind="cancel_performance")
    assert (entry.actor, entry.detail) == (ACTOR, {"reason": "The singer is ill."})


def test_it_refunds_every_cent_and_notifies_once():
    performance = make_sale(keep_fee=True)
    order = make_paid_order(hold=make_hold(performance=performance, labels=["A1", "A2"]))
    off(performance)
    off(performance)
    assert [refund_cancelled_performances(), refund_cancelled_performances()] == [1, 0]
    send_refunds()
    order.refresh_from_db()
    assert order.is_cancelled
    assert Refund.objects.get().amount == order.total == Decimal("90.00")
    assert DemoCharge.objects.get().refunded == Decimal("90.00")
    email = OutboxEmail.objects.get(kind="performance_cancelled")
    message = preview(email)
    assert "has been cancelled" in message.text and "€90" in message.text
    assert not OutboxEmail.objects.filter(kind="tickets_cancelled").exists()
    assert LedgerEntry.objects.filter(kind="cancel_performance").count() == 1
    assert not audit()


def test_a_cancelled_performance_counts_no_seat_as_taken():
    performance = make_sale()
    make_paid_order(hold=make_hold(performance=performance, labels=["A1", "A2"]))
    make_hold(performance=performance, labels=["A3"])
    count_places_left()
    performance.refresh_from_db()
    assert performance.places_left == performance.places_total - 3
    off(performance)
    for _run in range(2):
        performance.refresh_from_db()
        assert performance.places_left == performance.places_total
        refund_cancelled_performances()
        count_places_left()
    assert list(Place.objects.counted_by("performance")) == [
        (performance.pk, performance.places_total, 0, 0, 0)
    ]


def test_who_cancels_before_the_worker_does_not_lose_the_fee():
    performance = make_sale(keep_fee=True, prices={"Regular": (45, 5)})
    order = make_paid_order(hold=make_hold(performance=performance))
    off(performance)
    page = Client().get(f"{order.get_absolute_url()}?key={order.key}", follow=True)
    assert "We'll refund the full amount" in page.content.decode()
    assert "Cancel tickets" not in page.content.decode()
    cancel_tickets(order=order, actor="visitor:x")
    assert Refund.objects.get().amount == Decimal("90.00")


def test_it_refunds_the_balance_after_a_partial_refund():
    order = make_paid_order()
    refund_amount(
        order=order, amount=Decimal("12.34"), actor=ACTOR, reason="Late.", request_key="one"
    )
    off(order.performance)
    refund_cancelled_performances()
    send_refunds()
    assert DemoCharge.objects.get().refunded == Decimal("90.00")
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [
        Decimal("12.34"),
        Decimal("77.66"),
    ]
    assert not audit()


def test_it_empties_baskets_and_refunds_late_payments():
    performance = make_sale()
    order = make_order(hold=make_hold(performance=performance))
    off(performance)
    refund_cancelled_performances()
    assert not Place.objects.held_at().exists()
    pay_late(order)
    assert Refund.objects.get().amount == order.total
    assert not Ticket.objects.exists()
    assert not audit()


def pay_late(order):
    Order.objects.filter(pk=order.pk).update(status="pending")
    pay(order)


def test_it_leaves_other_performances_alone():
    other = make_paid_order()
    off(make_sale())
    assert refund_cancelled_performances() == 0
    other.refresh_from_db()
    assert other.status == Order.Status.PAID


def test_an_order_that_cannot_be_refunded_does_not_block_others(monkeypatch):
    performance = make_sale()
    for label in ("A1", "A2", "A3"):
        make_paid_order(
            hold=make_hold(performance=performance, labels=[label]), email=f"{label}@x.org"
        )
    off(performance)
    bad = Order.objects.order_by("pk").first()
    real = performance_cancellation.cancel_tickets

    def errors(*, order, **more):
        if order.pk == bad.pk:
            raise RuntimeError("disk")
        return real(order=order, **more)

    monkeypatch.setattr(performance_cancellation, "cancel_tickets", errors)
    assert refund_cancelled_performances() == 2
    assert (progress_of(performance).done, progress_of(performance).left) == (2, 1)
    monkeypatch.undo()
    assert refund_cancelled_performances() == 1
    assert not audit()


def test_a_past_performance_cannot_be_cancelled():
    order = make_paid_order()
    Performance.objects.update(starts_at=timezone.now() - timedelta(days=1))
    with pytest.raises(PerformanceOver):
        off(order.performance)


def test_with_killed_workers_each_of_200_orders_is_refunded_exactly_once(processes, tmp_path):
    performance = make_paid_orders(200)
    cancel_performance(performance=performance, actor=ACTOR, reason="Fire.")
    breakpoint, there = breakpoints.Breakpoint(tmp_path), {"FAULTS_FOLDER": str(tmp_path)}
    breakpoint.arm(breakpoints.BEFORE_COMMIT, after=80)
    processes(
        "bookings.staff_operations.performance_cancellation.refund_cancelled_performances",
        environment=there,
    )
    breakpoint.kill()
    assert progress_of(performance) == performance_cancellation.Progress(done=80, left=120)
    refund_cancelled_performances()

    # Each order takes three commits: claimed, refunded by the provider, marked. The provider has
    # refunded the 41st.
    breakpoint.arm(breakpoints.BEFORE_COMMIT, after=122)
    processes("payments.refunds.send_refunds", environment=there, batch=1000)
    breakpoint.kill()
    assert Refund.objects.filter(status="succeeded").count() == 40
    assert DemoCharge.objects.filter(refunded__gt=0).count() == 41
    sent = send_refunds(batch=1000)
    # As when the lease of the killed worker has expired, which it may have by now.
    Refund.objects.queued().update(leased_until=None)
    assert sent + send_refunds() == 160
    assert progress_of(performance) == performance_cancellation.Progress(done=200, left=0)
    assert Refund.objects.count() == 200
    assert OutboxEmail.objects.filter(kind="performance_cancelled").count() == 200
    assert set(Payment.objects.values_list("refunds__amount", flat=True)) == {Decimal("45.00")}
    assert set(DemoCharge.objects.values_list("refunded", flat=True)) == {Decimal("45.00")}
    assert LedgerEntry.objects.filter(kind="cancel").count() == 200
    assert not Place.objects.sold().exists()
    assert not audit()
