"""Change concessions and holder names: exact differences, each change applied once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bookings.aftersale import ticket_changes
from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.change_payments import start_change_payment
from bookings.aftersale.ticket_changes import (
    CannotChange,
    ChangeOutdated,
    change_concessions,
    difference_of,
    drop_change,
    rename_holders,
)
from bookings.documents.ticket_codes import code_of
from bookings.exceptions import CannotCancel
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order, Ticket, TicketChange
from bookings.staff_operations.comps import issue_comps
from bookings.staff_operations.performance_cancellation import (
    cancel_performance,
    refund_cancelled_performances,
)
from core.testing.races import losers, race, winners
from emails.models import OutboxEmail
from emails.rendering import preview
from payments.charges import pay_url, settle_payment
from payments.models import DemoCharge, Payment, Refund
from payments.refunds import send_refunds
from shows.models import Performance, PriceCategory
from shows.terms import clear_cached_terms

from .factories import make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def assert_audit_is_clean():
    yield
    assert audit() == []


def make_bought(*, labels=("A1", "A2"), **fields):
    """Make an order of full-price tickets at 45.10, where children pay half."""
    fields = {"prices": {"Regular": ("45.10", "3.33")}, "concessions": {"Child": 50}} | fields
    return make_paid_order(hold=make_hold(performance=make_sale(**fields), labels=labels))


def tickets_of(order):
    return list(order.tickets.valid().select_related("place").order_by("pk"))


def seen(order, chosen):
    return difference_of(order=order, tickets=tickets_of(order), concessions=chosen).token


def change(order, *names):
    """Change to these concessions of the order's tickets, in order."""
    chosen = dict(zip([ticket.pk for ticket in tickets_of(order)], names, strict=False))
    return change_concessions(
        order=order, concessions=chosen, seen=seen(order, chosen), actor="test"
    )


def start(waiting):
    payment = start_change_payment(change=waiting, return_url="/")
    pay_url(payment)
    return payment


def capture_charge(payment):
    DemoCharge.objects.filter(key=payment.key).update(status=DemoCharge.Status.PAID)
    return settle_payment(Payment.objects.get(pk=payment.pk))


def concessions(order):
    return [(ticket.concession, ticket.price, ticket.fee) for ticket in tickets_of(order)]


FULL = ("", Decimal("45.10"), Decimal("3.33"))
CHILD = ("Child", Decimal("22.55"), Decimal("3.33"))


def test_a_cheaper_concession_refunds_the_difference_to_the_cent():
    order = make_bought()
    codes = [code_of(ticket) for ticket in tickets_of(order)]
    assert change(order, "Child") is None
    assert concessions(order) == [CHILD, FULL]
    send_refunds()
    assert Refund.objects.get().amount == DemoCharge.objects.get().refunded == Decimal("22.55")
    line = LedgerEntry.objects.get(kind="change")
    assert (line.amount, line.actor, line.detail["what"]) == (
        Decimal("-22.55"),
        "test",
        "concession",
    )
    # The code identifies the ticket, not its price, so printed tickets stay valid.
    assert [code_of(ticket) for ticket in tickets_of(order)] == codes
    message = preview(OutboxEmail.objects.get(kind="tickets_changed"))
    assert "€22.55" in message.text and "remain valid" in message.text
    assert any(name.endswith(".pdf") for name, *_rest in message.attachments)


def test_a_dearer_concession_is_applied_once_paid():
    order = make_bought()
    change(order, "Child", "Child")
    waiting = change(order, "", "")
    assert waiting.difference == Decimal("45.10")
    assert concessions(order) == [CHILD, CHILD]
    capture_charge(start(waiting))
    assert concessions(order) == [FULL, FULL]
    waiting.refresh_from_db()
    assert waiting.status == TicketChange.Status.APPLIED
    assert OutboxEmail.objects.filter(kind="tickets_changed").count() == 2
    cancel_tickets(order=order, actor="test")
    send_refunds()
    # 90.20 paid, 45.10 refunded, 45.10 paid; then all of it is refunded, in either way.
    for charge in DemoCharge.objects.all():
        assert charge.refunded == charge.amount
    message = preview(OutboxEmail.objects.get(kind="tickets_cancelled"))
    assert "€90.20" in message.text


def test_a_cheaper_and_a_dearer_one_make_one_difference():
    order = make_bought()
    change(order, "Child")
    assert change(order, "", "Child") is None
    assert concessions(order) == [FULL, CHILD]
    assert Refund.objects.count() == 1


def test_repeating_it_does_it_once():
    order = make_bought()
    chosen = {tickets_of(order)[0].pk: "Child"}
    token = seen(order, chosen)
    for _press in range(2):
        change_concessions(order=order, concessions=chosen, seen=token, actor="test")
    assert Refund.objects.count() == LedgerEntry.objects.filter(kind="change").count() == 1
    assert change(order, "").pk == change(order, "").pk
    assert TicketChange.objects.count() == 1


def test_another_change_replaces_the_pending_one_whose_payment_is_refunded():
    order = make_bought()
    change(order, "Child", "Child")
    first = change(order, "", "")
    payment = start(first)
    second = change(order, "")
    assert (first.reference, second.reference) == (
        f"{order.reference}-1",
        f"{order.reference}-2",
    )
    capture_charge(payment)
    assert concessions(order) == [CHILD, CHILD]
    assert payment.refunds.get().amount == payment.amount
    assert (
        "could no longer be changed"
        in preview(OutboxEmail.objects.get(kind="payment_returned")).text
    )
    capture_charge(start(second))
    assert concessions(order) == [FULL, CHILD]


def test_a_change_that_was_not_confirmed_is_refused():
    order = make_bought()
    chosen = {tickets_of(order)[0].pk: "Child"}
    token = seen(order, chosen)
    PriceCategory.objects.update(price=Decimal("60"))
    clear_cached_terms()
    with pytest.raises(ChangeOutdated):
        change_concessions(order=order, concessions=chosen, seen=token, actor="test")
    assert concessions(order) == [FULL, FULL]


def test_an_unknown_concession_changes_nothing():
    order = make_bought()
    assert change(order, "Dog") is None
    assert concessions(order) == [FULL, FULL]


def test_complimentary_tickets_have_no_concession_to_choose():
    performance = make_sale(concessions={"Child": 50})
    order = issue_comps(
        performance=performance,
        place_ids=[performance.places.first().pk],
        name="Press",
        email="press@example.org",
        actor="staff:1",
        reason="Press.",
        request_key="one",
    )
    assert change(order, "") is None
    assert tickets_of(order)[0].price == 0


def test_it_refuses_after_the_deadline_and_when_cancelled():
    late = make_bought(starts_in=timedelta(hours=30), cancel_until_hours=48)
    never = make_bought(cancel_until_hours=None)
    off = make_bought()
    Performance.objects.filter(pk=off.performance_id).update(status="cancelled")
    for order in (late, never, off):
        with pytest.raises(CannotChange):
            change(order, "Child")
        assert concessions(order) == [FULL, FULL]


def test_it_refuses_unpaid_orders():
    order = make_order()
    with pytest.raises(CannotChange):
        change_concessions(order=order, concessions={}, seen="", actor="test")


@pytest.mark.parametrize("how", ["cancelled", "dropped", "begun", "called off"])
def test_a_payment_for_a_change_that_is_no_longer_possible_is_refunded(how):
    order = make_bought()
    change(order, "Child", "Child")
    payment = start(change(order, "", ""))
    if how == "cancelled":
        cancel_tickets(order=order, actor="test", ticket_ids=[tickets_of(order)[0].pk])
    elif how == "dropped":
        assert drop_change(order=order)
    elif how == "begun":
        Performance.objects.update(starts_at=order.created_at - timedelta(minutes=1))
    else:
        cancel_performance(performance=order.performance, actor="test", reason="Ill.")
        refund_cancelled_performances()
    capture_charge(payment)
    assert {concession for concession, _price, _fee in concessions(order)} <= {"Child"}
    send_refunds()
    assert DemoCharge.objects.get(key=payment.key).refunded == payment.amount
    assert not TicketChange.objects.pending().exists()


def test_a_payment_that_arrives_after_the_deadline_still_changes():
    order = make_bought()
    change(order, "Child")
    payment = start(change(order, ""))
    Performance.objects.update(cancel_until_hours=None)
    capture_charge(payment)
    assert concessions(order) == [FULL, FULL]


def test_a_declined_payment_changes_nothing_and_can_be_retried():
    order = make_bought()
    change(order, "Child")
    waiting = change(order, "")
    payment = start(waiting)
    DemoCharge.objects.filter(key=payment.key).update(status=DemoCharge.Status.DECLINED)
    settle_payment(payment)
    assert concessions(order) == [CHILD, FULL]
    capture_charge(start(waiting))
    assert concessions(order) == [FULL, FULL]


def test_paid_twice_it_changes_once():
    order = make_bought()
    change(order, "Child")
    waiting = change(order, "")
    first = start(waiting)
    Payment.objects.filter(pk=first.pk).update(status="failed")
    second = start(waiting)
    race(lambda: capture_charge(first), lambda: capture_charge(second))
    assert concessions(order) == [FULL, FULL]
    assert Refund.objects.filter(key__startswith="not-fulfilled:").count() == 1


def test_changing_and_cancelling_compete():
    """In either order, the refunds are what was paid less what the tickets cost."""
    order = make_bought()
    chosen = {ticket.pk: "Child" for ticket in tickets_of(order)}
    token = seen(order, chosen)
    outcomes = race(
        lambda: change_concessions(order=order, concessions=chosen, seen=token, actor="test"),
        lambda: cancel_tickets(order=order, actor="test"),
        lambda: change_concessions(order=order, concessions=chosen, seen=token, actor="test"),
    )
    losers(outcomes, (CannotChange, CannotCancel))
    assert not tickets_of(order)
    assert sum(Refund.objects.values_list("amount", flat=True)) == Decimal("90.20")


def test_without_the_lock_a_cancelled_ticket_is_changed(monkeypatch):
    """Control: without the hold's lock a cancelled ticket is changed."""
    order = make_bought()
    chosen = {ticket.pk: "Child" for ticket in tickets_of(order)}
    token = seen(order, chosen)
    real = ticket_changes.difference_of

    def cancelled_meanwhile(**named):
        difference = real(**named)
        race(lambda: cancel_tickets(order=order, actor="test", ticket_ids=list(chosen)))
        return difference

    monkeypatch.setattr(ticket_changes.locks, "lock_hold", lambda **named: None)
    monkeypatch.setattr(ticket_changes, "difference_of", cancelled_meanwhile)
    change_concessions(order=order, concessions=chosen, seen=token, actor="test")
    assert Ticket.objects.filter(status="cancelled", concession="Child").count() == 2


def test_concurrent_requests_create_one_pending_change():
    order = make_bought()
    change(order, "Child")
    chosen = {tickets_of(order)[0].pk: ""}
    token = seen(order, chosen)

    def press():
        return change_concessions(order=order, concessions=chosen, seen=token, actor="test")

    waiting = winners(race(*[press] * 8))
    assert len({one.pk for one in waiting}) == TicketChange.objects.count() == 1


class TestNames:
    def test_a_renamed_ticket_keeps_its_code(self):
        order = make_bought(cancel_until_hours=None)
        first, second = tickets_of(order)
        code = code_of(first)
        names = {first.pk: "  Bob   Baker ", second.pk: second.holder}
        assert rename_holders(order=order, names=names, actor="test") == [first]
        first.refresh_from_db()
        assert (first.holder, code_of(first)) == ("Bob Baker", code)
        line = LedgerEntry.objects.get(kind="change")
        assert (line.amount, line.detail) == (0, {"what": "holder", "tickets": [first.pk]})
        assert not rename_holders(order=order, names=names, actor="test")
        assert LedgerEntry.objects.filter(kind="change").count() == 1

    def test_it_works_when_sold_out(self):
        order = make_bought()
        order.performance.places.exclude(tickets__order=order).update(state="blocked")
        ticket = tickets_of(order)[0]
        assert rename_holders(order=order, names={ticket.pk: "Bob"}, actor="test")

    def test_it_refuses_after_the_start_and_when_cancelled(self):
        begun, off = make_bought(), make_bought()
        Performance.objects.filter(pk=begun.performance_id).update(
            starts_at=begun.created_at - timedelta(minutes=1)
        )
        Performance.objects.filter(pk=off.performance_id).update(status="cancelled")
        for order in (begun, off):
            with pytest.raises(CannotChange):
                rename_holders(order=order, names={tickets_of(order)[0].pk: "Bob"}, actor="test")

    def test_it_leaves_tickets_of_other_orders_alone(self):
        order, other = make_bought(), make_bought()
        assert not rename_holders(order=order, names={tickets_of(other)[0].pk: "Bob"}, actor="x")
        assert Order.objects.count() == 2
