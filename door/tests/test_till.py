"""Till sessions: each cash payment belongs to one, and what is counted fits what was taken."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bookings.ledger.audit import audit
from bookings.tests.factories import make_sale
from core.testing.races import losers, race, winners
from finance.exceptions import NoOpenTill, NotEnoughCash, OtherCurrency, TillInUse, TillIsClosed
from finance.models import TillEntry, TillSession
from finance.till.sessions import cash_in, close_till, move_cash, open_session_of
from finance.till.summary import summary_of
from payments.charges import settle_payment
from payments.models import Payment, Refund
from payments.refunds import record_manual_refund

from .factories import opened, refund_of, sell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    return make_sale()


def test_a_cash_sale_is_an_entry_of_its_cashiers_till(performance, alice, bob):
    session = opened(alice)
    opened(bob, till="Counter")
    order = sell(performance, alice)
    entry = TillEntry.objects.get()
    assert (entry.session, entry.amount, entry.reference) == (session, 90, order.reference)
    payment = Payment.objects.get()
    assert entry.actor == payment.taken_by == f"staff:{alice.pk}"
    assert cash_in(session) == 190
    assert audit() == []


def test_cash_is_refused_without_a_till(performance, alice, bob):
    opened(bob)
    with pytest.raises(NoOpenTill):
        sell(performance, alice)
    assert not Payment.objects.captured().exists() and not TillEntry.objects.exists()


def test_a_payment_that_nobody_took_stays_open(performance, alice):
    """The poller asks the same provider: it must not take the money of an order by itself."""
    with pytest.raises(NoOpenTill):
        sell(performance, alice)
    opened(alice)
    assert settle_payment(Payment.objects.get()).status == Payment.Status.OPEN


def test_cash_is_refused_in_another_currency(performance, alice):
    opened(alice, currency="CHF")
    with pytest.raises(OtherCurrency, match="CHF"):
        sell(performance, alice)


def test_a_payment_by_terminal_needs_no_till_but_says_who(performance, alice):
    sell(performance, alice, method="terminal")
    entry = TillEntry.objects.get()
    assert (entry.session, entry.actor) == (None, f"staff:{alice.pk}")
    opened(alice)
    sell(performance, alice, key="k2", method="terminal")
    assert summary_of(open_session_of(alice)).totals[0].sold == 90
    assert cash_in(open_session_of(alice)) == 100


def test_a_cash_refund_is_paid_out_by_whoever_has_the_till(performance, alice, bob):
    opened(alice)
    session = opened(bob, till="Counter")
    refund = refund_of(sell(performance, alice))
    with pytest.raises(NoOpenTill):
        record_manual_refund(refund, by="staff:999999")
    assert Refund.objects.get().status == Refund.Status.FAILED
    assert record_manual_refund(refund, by=f"staff:{bob.pk}")
    assert not record_manual_refund(refund, by=f"staff:{bob.pk}")
    entry = TillEntry.objects.get(kind="refund")
    assert (entry.session, entry.amount) == (session, -90)
    assert cash_in(session) == 10
    assert audit() == []


def test_more_cash_than_there_is_is_not_paid_out(performance, alice, bob):
    opened(alice)
    opened(bob, till="Counter", opening_float="89.99")
    refund = refund_of(sell(performance, alice))
    with pytest.raises(NotEnoughCash, match="€89.99"):
        record_manual_refund(refund, by=f"staff:{bob.pk}")
    with pytest.raises(NotEnoughCash):
        move_cash(
            session=open_session_of(bob), amount=Decimal(-90), reason="To the safe", cashier=bob
        )
    assert not TillEntry.objects.exclude(kind="sale").exists()


def test_cash_put_in_and_taken_out_counts(alice):
    session = opened(alice)
    move_cash(session=session, amount=Decimal("50.00"), reason="Change", cashier=alice)
    move_cash(session=session, amount=Decimal("-120.00"), reason="To the safe", cashier=alice)
    assert cash_in(session) == 30
    assert sum(entry.amount for entry in summary_of(session).moved) == -70


def test_closing_counts_and_never_changes_afterwards(performance, alice):
    session = opened(alice)
    sell(performance, alice)
    closed = close_till(session=session, count={Decimal(50): 3, Decimal("0.20"): 7}, note="Short")
    assert (closed.counted, closed.expected, closed.difference) == (
        Decimal("151.40"),
        Decimal(190),
        Decimal("-38.60"),
    )
    with pytest.raises(TillIsClosed):
        close_till(session=session, count={})
    with pytest.raises(TillIsClosed):
        move_cash(session=session, amount=Decimal(1), reason="Late", cashier=alice)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        TillSession.objects.update(note="Nothing was short")
    assert audit() == []


def test_a_cashier_has_one_till_and_a_till_one_cashier(alice, bob):
    opened(alice)
    with pytest.raises(TillInUse, match="already have"):
        opened(alice, till="Another")
    with pytest.raises(TillInUse, match="Somebody else"):
        opened(bob)
    close_till(session=open_session_of(alice), count={})
    assert opened(bob).is_open


def test_two_requests_open_one_till(alice):
    outcomes = race(*[lambda: opened(alice)] * 4)
    assert len(winners(outcomes)) == 1
    assert {type(refusal) for refusal in losers(outcomes, TillInUse)} == {TillInUse}
    assert TillSession.objects.count() == 1


def test_no_sale_is_missing_from_a_till_that_is_closed_meanwhile(performance, alice):
    """Each sale is either counted in what is expected, or refused."""
    session = opened(alice)
    outcomes = []

    def sale(number):
        try:
            sell(performance, alice, key=f"k{number}", quantity=1)
            outcomes.append("sold")
        except NoOpenTill:
            outcomes.append("refused")

    def close():
        close_till(session=session, count={})

    race(*[lambda number=number: sale(number) for number in range(5)], close)
    session.refresh_from_db()
    assert len(outcomes) == 5
    assert session.expected == 100 + 45 * outcomes.count("sold")
    assert audit() == []


# --- What the database and the audit refuse -------------------------------------------------


def entry(till, **fields):
    values = {
        "session": till,
        "kind": "pay_in",
        "method": "cash",
        "amount": Decimal(1),
        "currency": "EUR",
        "actor": "staff:1",
    }
    return TillEntry.objects.create(**(values | fields))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("cash_belongs_to_a_till_session", {"session": None}),
        ("till_entry_has_the_sign_of_its_kind", {"amount": Decimal(-1)}),
        ("till_entry_has_the_sign_of_its_kind", {"kind": "pay_out"}),
        ("till_entry_names_its_payment", {"kind": "sale"}),
        ("till_entry_names_its_payment", {"payment_key": "p1"}),
    ],
)
def test_entries_that_make_no_sense_are_refused(alice, constraint, fields):
    session = opened(alice)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        entry(session, **fields)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("payment_is_taken_once", {"kind": "sale", "payment_key": "p1"}),
        (
            "refund_is_paid_out_once",
            {"kind": "refund", "refund_key": "r1", "amount": Decimal(-1)},
        ),
    ],
)
def test_a_payment_has_one_entry(alice, constraint, fields):
    session = opened(alice)
    entry(session, **fields)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        entry(session, **fields)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("float_is_not_negative", {"opening_float": -1}),
        ("closed_till_session_is_counted", {"counted": 1}),
        ("closed_till_session_is_counted", {"closed_at": timezone.now()}),
        ("till_count_has_a_limit", {"count": {"x" * 4096: 1}}),
    ],
)
def test_sessions_that_make_no_sense_are_refused(alice, constraint, fields):
    opened(alice)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TillSession.objects.update(**fields)


@pytest.mark.parametrize("query", ["UPDATE finance_tillentry SET amount = 2", "DELETE FROM {}"])
def test_entries_are_append_only(alice, query):
    entry(opened(alice))
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(query.format("finance_tillentry"))


def test_the_audit_finds_cash_that_no_till_has(performance, alice):
    opened(alice)
    sell(performance, alice)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE finance_tillentry DISABLE TRIGGER till_is_append_only")
        cursor.execute("UPDATE finance_tillentry SET amount = amount + 1")
        cursor.execute("ALTER TABLE finance_tillentry ENABLE TRIGGER till_is_append_only")
    assert [finding.rule for finding in audit()] == ["cash_in_till"]


def test_the_audit_finds_a_till_that_does_not_balance(performance, alice):
    session = opened(alice)
    close_till(session=session, count={})
    entry(session)
    assert [finding.rule for finding in audit()] == ["till_balances"]
