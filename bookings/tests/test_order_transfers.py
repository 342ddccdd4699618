"""Merging orders and splitting tickets off: what moves, what is refunded, and races."""

from decimal import Decimal

import pytest
from django.db import connection

from bookings.aftersale import cancellation, refunds
from bookings.aftersale.cancellation import (
    cancel_tickets,
    checked_in_tickets,
    refund_key,
    refund_key_of_moved,
)
from bookings.aftersale.partial_refunds import refund_amount
from bookings.aftersale.refunds import refunded_total
from bookings.exceptions import InvalidRequest, NoValidTickets
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order, Ticket
from bookings.staff_operations import order_transfers
from bookings.staff_operations.order_transfers import merge_orders, split_order
from core.testing.races import losers, race, winners
from emails.models import OutboxEmail
from payments.exceptions import RefundRefused
from payments.models import Payment, Refund, new_key
from payments.refunds import request_refund

from .factories import make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

BY = {"actor": "staff:1", "reason": "Ordered twice."}


@pytest.fixture
def orders():
    """Return two paid orders of a performance, of two tickets each."""
    performance = make_sale()
    return [
        make_paid_order(
            hold=make_hold(performance=performance, labels=labels), email="alice@example.org"
        )
        for labels in (["A1", "A2"], ["B1", "B2"])
    ]


def split(order, tickets, key="k", **changes):
    data = {"name": "Bob Baker", "email": "bob@example.org", "request_key": key}
    return split_order(order=order, ticket_ids=[t.pk for t in tickets], **BY, **data | changes)


def refunded(order):
    refunds = Refund.objects.filter(payment__purpose=order.reference)
    return sum((one.amount for one in refunds), Decimal(0))


def test_a_merge_moves_the_tickets_and_leaves_the_money(orders):
    source, target = orders
    codes = set(Ticket.objects.values_list("secret", flat=True))
    target = merge_orders(source=source, target=target, **BY)
    source.refresh_from_db()
    assert (target.quantity, target.total, source.quantity, source.total) == (4, 90, 0, 90)
    assert (source.status, source.merged_into) == ("paid", target)
    assert set(Ticket.objects.values_list("secret", flat=True)) == codes
    assert Ticket.objects.paid_by(source).count() == 2
    entries = LedgerEntry.objects.filter(kind="transfer")
    assert {(one.order, one.amount) for one in entries} == {
        (source.reference, Decimal(-90)),
        (target.reference, Decimal(90)),
    }
    assert audit() == []
    assert merge_orders(source=source, target=target, **BY).quantity == 4
    assert entries.count() == 2
    assert OutboxEmail.objects.filter(key__startswith=f"confirmation:{target.reference} ").exists()


def test_each_payment_refunds_its_own_tickets(orders):
    source, target = orders
    merge_orders(source=source, target=target, **BY)
    moved = Ticket.objects.paid_by(source).first()
    cancel_tickets(order=target, actor="staff:1", ticket_ids=[moved.pk], by_staff=True)
    assert (refunded(source), refunded(target)) == (45, 0)
    assert audit() == []
    cancel_tickets(order=target, actor="staff:1", by_staff=True)
    assert (refunded(source), refunded(target)) == (90, 90)
    target.refresh_from_db()
    assert target.status == "cancelled"
    assert audit() == []


@pytest.fixture
def ten_tickets():
    """Return a merged order of ten tickets with long ids, paid by two payments of each order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('bookings_ticket_id_seq', 1000000000)")
    performance = make_sale()
    source, target = [
        make_paid_order(
            hold=make_hold(performance=performance, labels=[f"{row}{n}" for n in range(1, 6)]),
            email=f"{row}@example.org",
        )
        for row in "AB"
    ]
    for order in (source, target):
        payment = Payment.objects.get(purpose=order.reference)
        Payment.objects.filter(pk=payment.pk).update(amount=125)
        payment.pk, payment.key, payment.purpose = None, new_key(), f"{order.reference}-1"
        payment.amount, payment.provider_reference = 100, ""
        payment.save(force_insert=True)
    return source, merge_orders(source=source, target=target, **BY)


def test_each_part_of_a_large_refund_has_a_key_of_its_own(ten_tickets):
    source, target = ten_tickets
    ids = list(target.tickets.values_list("pk", flat=True))
    cancel_tickets(order=target, actor="staff:1", by_staff=True)
    amounts = {one.key: one.amount for one in Refund.objects.all()}
    assert sorted(amounts.values()) == [100, 100, 125, 125]
    assert max(map(len, amounts)) <= 80
    assert refunded_total(refund_key(ids)) == 450
    assert refunded_total(refund_key_of_moved(ids, source)) == 225


def test_keys_that_are_cut_off_would_meet(ten_tickets, monkeypatch):
    """Control: cut off where they no longer fit, parts of two orders have the same key."""

    def cut_off(*, key, **data):
        return request_refund(key=key[:80], **data)

    monkeypatch.setattr(cancellation, "shorten_key", lambda name: name[:80])
    monkeypatch.setattr(refunds, "request_refund", cut_off)
    _source, target = ten_tickets
    with pytest.raises(RefundRefused):
        cancel_tickets(order=target, actor="staff:1", by_staff=True)


def test_a_merged_order_is_merged_further_and_back(orders):
    source, target = orders
    third = make_paid_order(
        hold=make_hold(performance=source.performance, labels=["C1"]), email="c@example.org"
    )
    merge_orders(source=source, target=target, **BY)
    merge_orders(source=target, target=third, **BY)
    assert audit() == []
    cancel_tickets(order=third, actor="staff:1", by_staff=True)
    assert [refunded(one) for one in (source, target, third)] == [90, 90, 45]
    assert audit() == []


def test_a_split_gives_tickets_to_another_customer(orders):
    order, _other = orders
    ticket = order.tickets.order_by("pk").first()
    new = split(order, [ticket])
    order.refresh_from_db()
    assert (new.quantity, new.total, new.status, order.quantity) == (1, 0, "paid", 1)
    moved = new.tickets.get()
    assert (moved.pk, moved.holder, moved.paid_with) == (ticket.pk, "Bob Baker", order)
    assert moved.secret != ticket.secret and moved.version == 2
    assert OutboxEmail.objects.filter(to="bob@example.org").count() == 1
    assert split(order, [ticket]) == new
    assert audit() == []
    cancel_tickets(order=new, actor="staff:1", by_staff=True)
    assert (refunded(order), refunded(new)) == (45, 0)
    new.refresh_from_db()
    assert new.status == "cancelled"
    assert audit() == []


def test_what_cannot_be_merged_or_split_is_refused(orders):
    source, target = orders
    elsewhere = make_paid_order(email="d@example.org")
    for one, other in [(source, source), (source, elsewhere)]:
        with pytest.raises(InvalidRequest):
            merge_orders(source=one, target=other, **BY)
    with pytest.raises(InvalidRequest):
        split(source, source.tickets.all())
    with pytest.raises(NoValidTickets):
        split(source, target.tickets.all())
    cancel_tickets(order=source, actor="staff:1", by_staff=True)
    source.refresh_from_db()
    with pytest.raises(InvalidRequest):
        merge_orders(source=source, target=target, **BY)
    assert not LedgerEntry.objects.filter(kind="transfer").exists()


def test_who_is_inside_stays_inside(orders):
    source, target = orders
    ticket = source.tickets.order_by("pk").first()
    LedgerEntry.objects.create(
        kind="check_in",
        performance=source.performance,
        order=source.reference,
        actor="staff:1",
        detail={"ticket": ticket.pk},
    )
    merge_orders(source=source, target=target, **BY)
    assert checked_in_tickets(target) == {ticket.pk}


def test_a_merge_and_refunds_at_once_refund_nothing_twice(orders):
    source, target = orders
    tickets = [ticket.pk for ticket in source.tickets.all()]
    merge_orders(source=source, target=target, **BY)
    outcomes = race(
        lambda: cancel_tickets(order=target, actor="staff:1", ticket_ids=tickets, by_staff=True),
        lambda: refund_amount(
            order=source, amount=Decimal(60), actor="staff:1", reason="x", request_key="1"
        ),
        lambda: refund_amount(
            order=source, amount=Decimal(60), actor="staff:1", reason="x", request_key="2"
        ),
    )
    assert winners(outcomes)
    assert refunded(source) <= 90
    assert audit() == []


def test_merging_while_a_ticket_is_cancelled_loses_nothing(orders):
    source, target = orders
    ticket = source.tickets.order_by("pk").first()
    race(
        lambda: merge_orders(source=source, target=target, **BY),
        lambda: cancel_tickets(
            order=source, actor="staff:1", ticket_ids=[ticket.pk], by_staff=True
        ),
    )
    assert audit() == []
    valid = Ticket.objects.valid().count()
    assert (valid, refunded(source)) in [(4, 0), (3, 45)]


def test_two_merges_against_each_other_move_the_tickets_once(orders):
    first, second = orders
    outcomes = race(
        lambda: merge_orders(source=first, target=second, **BY),
        lambda: merge_orders(source=second, target=first, **BY),
    )
    assert len(winners(outcomes)) == 1
    assert len(losers(outcomes, (InvalidRequest, NoValidTickets))) == 1
    assert sorted(Order.objects.values_list("quantity", flat=True)) == [0, 4]
    assert audit() == []


def test_without_the_locks_the_audit_fails(orders, monkeypatch):
    """Control of the races: the guard is what keeps the numbers right."""
    source, target = orders
    ids = [ticket.pk for ticket in source.tickets.all()]
    monkeypatch.setattr(order_transfers.locks, "lock_hold", lambda **_which: None)
    stale = Order.objects.in_bulk([source.pk, target.pk])
    monkeypatch.setattr(
        order_transfers, "_lock", lambda _source, _target: (stale[source.pk], stale[target.pk])
    )
    cancel_tickets(order=source, actor="staff:1", ticket_ids=ids[:1], by_staff=True)
    merge_orders(source=source, target=target, **BY)
    assert audit() != []
