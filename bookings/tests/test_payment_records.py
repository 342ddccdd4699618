"""Disputes and late refunds, from the provider to the log, the order and the door."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order
from payments.models import Dispute, Payment, Refund
from payments.provider_records import apply_disputes, apply_refunds
from payments.providers.base import DisputeResult, RefundResult
from payments.refunds import request_refund, send_refunds, withdraw_refund
from payments.statements import lock_payment
from venues.models import Venue

from .factories import make_hold, make_paid_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order():
    return make_paid_order(hold=make_hold(labels=["A1"]))


@pytest.fixture
def payment(order):
    return Payment.objects.get(purpose=order.reference)


def dispute(payment, status="open", *, takes_money=True):
    result = DisputeResult(
        "dp_1", status, payment.amount, reason="fraudulent", takes_money=takes_money
    )
    with transaction.atomic():
        apply_disputes(lock_payment(payment.pk), [result])


def refunds(payment, result):
    with transaction.atomic():
        apply_refunds(lock_payment(payment.pk), [result])


def lines(kind):
    return list(LedgerEntry.objects.filter(kind=kind).values_list("amount", flat=True))


def test_a_dispute_marks_the_order_and_takes_its_money(order, payment):
    dispute(payment)
    order.refresh_from_db()
    assert order.is_disputed and order.status == "paid"
    assert lines("dispute") == [-payment.amount]
    assert audit() == []


def test_a_won_dispute_returns_the_money(order, payment):
    dispute(payment)
    dispute(payment, "won", takes_money=False)
    order.refresh_from_db()
    assert not order.is_disputed
    assert sorted(lines("dispute")) == [-payment.amount, payment.amount]
    assert audit() == []


def test_a_lost_dispute_keeps_it(order, payment):
    dispute(payment)
    dispute(payment, "lost")
    dispute(payment)  # An older answer that comes late.
    order.refresh_from_db()
    assert order.is_disputed and Dispute.objects.get().status == "lost"
    assert sum(amount for amount in lines("dispute") if amount) == -payment.amount
    assert audit() == []


def test_an_inquiry_moves_no_money(order, payment):
    dispute(payment, "inquiry", takes_money=False)
    order.refresh_from_db()
    assert not order.is_disputed
    assert lines("dispute") == [None]
    assert audit() == []


def test_a_refund_in_the_dashboard_is_logged_and_cancels_nothing(order, payment):
    refunds(payment, RefundResult("re_1", "succeeded", Decimal("10.00")))
    order.refresh_from_db()
    assert order.status == "paid" and order.quantity == 1
    assert lines("refund") == [Decimal("-10.00")]
    # The demo bank knows nothing of it; every other rule holds.
    assert {finding.rule for finding in audit()} <= {"provider_agrees"}


def test_a_failure_and_its_withdrawal_are_logged(order, payment):
    refund = request_refund(payment=payment, amount=Decimal("10.00"), key="a", reason="")
    LedgerEntry.objects.create(
        performance=order.performance,
        kind="refund",
        order=order.reference,
        amount=-10,
        currency="EUR",
        actor="test",
    )
    send_refunds()
    refund.refresh_from_db()
    Refund.objects.update(status="sent", provider_reference="re_1")
    refunds(payment, RefundResult("re_1", "failed", Decimal("10.00"), failure="closed"))
    refund.refresh_from_db()
    assert refund.status == "failed" and refund.act_by
    assert lines("refund_failed") == [None]

    assert withdraw_refund(refund)
    assert sum(lines("refund")) == 0


class TestTheDoor:
    @pytest.fixture
    def scan(self, client, order):
        client.force_login(make_staff(Role.DOOR))
        ticket = order.tickets.get()

        def scan_ticket():
            url = f"/door/{order.performance_id}/check/"
            return client.post(url, {"ticket": ticket.pk}, follow=True).content.decode()

        return scan_ticket

    def test_a_disputed_ticket_is_let_in_and_shown_as_such(self, scan, payment, order):
        dispute(payment)
        page = scan()
        assert "Payment disputed" in page and "was checked in" in page
        assert order.tickets.get().check_ins.count() == 1

    def test_or_refused_by_the_venues_rule(self, scan, payment, order):
        dispute(payment)
        venue = order.performance.venue
        venue.admits_disputed = False
        venue.save()
        assert "Send them to the box office" in scan()
        assert order.tickets.get().check_ins.count() == 0

    def test_a_won_dispute_is_no_longer_shown(self, scan, payment):
        dispute(payment)
        dispute(payment, "won", takes_money=False)
        assert "disputed" not in scan()


def test_an_order_is_found_by_its_change(order, payment):
    """A change of the order has a payment of its own, whose dispute marks the order too."""
    Payment.objects.filter(pk=payment.pk).update(purpose=f"{order.reference}-1")
    payment.refresh_from_db()
    dispute(payment)
    assert Order.objects.get().is_disputed


@pytest.mark.parametrize("admits", [True, False])
def test_the_page_of_the_order_shows_the_dispute_and_what_the_door_does(order, payment, admits):
    Venue.objects.update(admits_disputed=admits)
    dispute(payment)
    browser = Client()
    browser.force_login(make_staff(Role.MANAGER))
    page = browser.get(reverse("admin:bookings_order_change", args=[order.pk])).content.decode()
    assert "fraudulent" in page and "paid, disputed" not in page
    assert ("and let in." if admits else "and rejected.") in page
    dispute(payment, "won", takes_money=False)
    page = browser.get(reverse("admin:bookings_order_change", args=[order.pk])).content.decode()
    assert "Won" in page and "At the door" not in page


def test_the_list_of_orders_can_be_filtered_by_disputes(order, payment):
    other = make_paid_order(hold=make_hold(labels=["A2"]), email="other@example.org")
    browser = Client()
    browser.force_login(make_staff(Role.MANAGER))

    def listed(value):
        page = browser.get(reverse("admin:bookings_order_changelist"), {"disputed": value})
        return {one.reference for one in page.context["cl"].result_list}

    assert listed("yes") == listed("ever") == set()
    dispute(payment)
    assert listed("yes") == listed("ever") == {order.reference}
    page = browser.get(reverse("admin:bookings_order_changelist")).content.decode()
    assert "paid, disputed" in page and other.reference in page
    dispute(payment, "won", takes_money=False)
    assert (listed("yes"), listed("ever")) == (set(), {order.reference})
