"""Till sessions: each cash payment belongs to one, and what is counted fits what was taken."""

from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.aftersale.cancellation import cancel_tickets
from bookings.ledger.audit import audit
from bookings.staff_operations.counter_payments import take_payment
from bookings.tests.factories import make_sale
from core.testing.races import losers, race, winners
from door.sales import DoorSaleRequest, start_sale
from finance.exceptions import NoOpenTill, NotEnoughCash, OtherCurrency, TillInUse, TillIsClosed
from finance.models import TillEntry, TillSession
from finance.till.sessions import cash_in, close_till, move_cash, open_session_of, open_till
from finance.till.summary import summary_of, takings_between
from payments.charges import settle_payment
from payments.models import Payment, Refund
from payments.refunds import record_manual_refund, send_refunds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_staff(Role.DOOR, "alice@concert.example")


@pytest.fixture
def bob():
    return make_staff(Role.BOX_OFFICE, "bob@concert.example")


@pytest.fixture
def performance():
    return make_sale()


def opened(cashier, till="Main door", currency="EUR", opening_float="100.00"):
    amount = Decimal(opening_float)
    return open_till(cashier=cashier, till=till, currency=currency, opening_float=amount)


def sell(performance, staff, key="k1", method="cash", quantity=2):
    order = start_sale(
        performance_id=performance.pk, request=DoorSaleRequest(quantity), staff=staff, key=key
    )
    return take_payment(order=order, method=method, staff=staff)


def refund_of(order):
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    send_refunds()
    return Refund.objects.get(payment__purpose=order.reference)


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
    assert summary_of(session).moved_total == -70


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


# --- The pages ------------------------------------------------------------------------------


@pytest.fixture
def door(alice):
    client = Client()
    client.force_login(alice)
    return client


def test_a_night_at_the_till(door, performance, alice):
    page = door.get("/till/").content.decode()
    assert "Open till" in page
    answer = door.post(
        "/till/", {"till": "Main door", "currency": "eur", "opening_float": "100.00"}
    )
    assert answer["Location"] == "/till/"
    order = sell(performance, alice)
    refund = refund_of(sell(performance, alice, key="k2"))
    page = door.get("/till/").content.decode()
    assert refund.payment.purpose in page and order.reference not in page
    url = f"/till/refunds/{refund.pk}/"
    assert "Pay out €90?" in door.get(url).content.decode()
    for _ in range(2):
        assert door.post(url)["Location"] == "/till/"
    answer = door.post("/till/cash/", {"direction": "out", "amount": "50", "reason": "To the safe"})
    assert answer["Location"] == "/till/"
    count = {"n100": "1", "n20": "1", "n10": "2"}
    page = door.post("/till/count/", count)
    assert "Counted: €140" in page.content.decode() and "No difference" in page.content.decode()
    answer = door.post("/till/count/", count | {"confirmed": "140/140.00"})
    page = door.get(answer["Location"]).content.decode()
    assert "Cash expected" in page and "To the safe" in page and "€140" in page
    pdf = door.get(answer["Location"] + "cash-up.pdf")
    text = pypdfium2.PdfDocument(pdf.content)[0].get_textpage().get_text_range()
    assert "Main door" in text and "1 × €100" in text and "Difference" in text
    assert audit() == []


def test_a_difference_needs_a_note(door, alice):
    opened(alice)
    page = door.post("/till/count/", {"n50": "1"}).content.decode()
    assert "Difference: -€50" in page
    confirmed = {"n50": "1", "confirmed": "50/100.00"}
    answer = door.post("/till/count/", confirmed)
    assert answer.status_code == 422 and "about the difference" in answer.content.decode()
    assert door.post("/till/count/", confirmed | {"note": "Robbed"}).status_code == 302
    assert TillSession.objects.get().note == "Robbed"


def test_what_is_confirmed_is_what_was_shown(door, performance, alice):
    """A sale between the two steps shows the new sum instead of closing with the old one."""
    opened(alice)
    count = {"n100": "1", "confirmed": "100/100.00"}
    sell(performance, alice)
    page = door.post("/till/count/", count)
    assert page.status_code == 200 and "Difference: -€90" in page.content.decode()
    assert TillSession.objects.get().is_open


@pytest.mark.parametrize(
    ("url", "data"),
    [
        ("/till/cash/", {"direction": "out", "amount": "0", "reason": "x"}),
        ("/till/cash/", {"direction": "out", "amount": "9999", "reason": "x"}),
        ("/till/cash/", {"direction": "out", "amount": "5", "reason": ""}),
        ("/till/cash/", {"direction": "sideways", "amount": "5", "reason": "x"}),
        ("/till/count/", {"n50": "-1"}),
        ("/till/count/", {"n50": "many"}),
        ("/till/count/", {"n50": "99999"}),
    ],
)
def test_bad_input_is_refused_at_its_field(door, alice, url, data):
    opened(alice)
    answer = door.post(url, data)
    assert answer.status_code == 422 and "invalid-feedback" in answer.content.decode()
    assert not TillEntry.objects.exists() and TillSession.objects.get().is_open


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "XXZ"},
        {"currency": "KWD"},
        {"opening_float": "-1"},
        {"currency": "JPY", "opening_float": "0.50"},
        {"till": ""},
    ],
)
def test_a_till_that_makes_no_sense_is_not_opened(door, changes):
    data = {"till": "Main door", "currency": "EUR", "opening_float": "100"}
    assert door.post("/till/", data | changes).status_code == 422
    assert not TillSession.objects.exists()


def test_others_do_not_see_a_cashiers_till(door, alice, bob, client):
    session = close_till(session=opened(bob), count={})
    assert door.get(f"/till/sessions/{session.pk}/").status_code == 404
    finance = Client()
    finance.force_login(make_staff(Role.FINANCE))
    assert finance.get(f"/till/sessions/{session.pk}/").status_code == 200
    assert client.get("/till/").status_code == 302


def test_takings_are_summed_by_day_cashier_and_method(performance, alice, bob):
    opened(alice)
    opened(bob, till="Counter")
    sell(performance, alice)
    sell(performance, alice, key="k2", method="terminal")
    refund = refund_of(sell(performance, bob, key="k3"))
    record_manual_refund(refund, by=f"staff:{bob.pk}")
    now = timezone.now()
    rows = takings_between(now - timedelta(hours=1), now + timedelta(hours=1))
    found = {(row.actor, row.method): (row.sold, row.refunded, row.net) for row in rows}
    assert found == {
        (f"staff:{alice.pk}", "cash"): (90, 0, 90),
        (f"staff:{alice.pk}", "terminal"): (90, 0, 90),
        (f"staff:{bob.pk}", "cash"): (90, -90, 0),
    }
    manager = Client()
    manager.force_login(make_staff(Role.MANAGER))
    url = "/admin/finance/tillsession/takings/"
    page = manager.get(url).content.decode()
    assert "alice@concert.example" in page and "€180" in page
    day = timezone.localdate().isoformat()
    csv = manager.get(url, {"first": day, "last": day, "format": "csv"})
    lines = (b"".join(csv.streaming_content) if csv.streaming else csv.content).decode()
    assert "alice@concert.example" in lines and "terminal" in lines
    assert manager.get(url, {"first": "yesterday", "last": day}).status_code == 422
    assert manager.get(url, {"first": day, "last": "2020-01-01"}).status_code == 422
