"""Money that leaves the bank account: refunds by transfer, payouts below zero, and the rest."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bookings.tests.test_reservations import make_reserved
from core.testing.races import race
from finance.bank.importing import import_statement
from finance.bank.matching import return_transfer
from finance.bank.mt940 import read_mt940
from finance.bank.retention import erase_payers
from finance.exceptions import NoMatchForDebit
from finance.models import BankDebit, BankTransfer
from finance.reconciliation import debits
from finance.reconciliation.debits import match_debit_by_hand, match_debits, unmatch_debit
from finance.reconciliation.month import month_report
from finance.reconciliation.problems import find_problems
from finance.reconciliation.texts import text_of
from payments.models import Payment, Payout, Refund
from payments.refunds import record_manual_refund, send_refunds

from .statement_files import camt_entry, camt_file, mt940_file
from .test_admin_bank import staff
from .test_bank_transfers import entry_for, load

pytestmark = pytest.mark.django_db(transaction=True)


def debit(amount, text, *, days=0, payee="Alice", reference=""):
    """Import a statement with one debit; return it."""
    entry = camt_entry(amount, text, kind="DBIT", payer=payee, reference=reference)
    day = timezone.localdate() + timedelta(days=days)
    content = camt_file(entry).replace(b"2026-11-28", day.isoformat().encode())
    import_statement(file_name="x.xml", content=content, imported_by="staff:1")
    return BankDebit.objects.latest("pk")


def refund_of(purpose="K7F39QXM", amount="20.00", *, provider="transfer", key="r1"):
    """Return a refund that staff have transferred."""
    now = timezone.now()
    payment, _created = Payment.objects.get_or_create(
        purpose=purpose,
        defaults={
            "provider": provider,
            "amount": 90,
            "currency": "EUR",
            "return_url": "/",
            "status": "captured",
            "captured_at": now,
        },
    )
    return Refund.objects.create(
        payment=payment,
        key=key,
        amount=Decimal(amount),
        status="succeeded",
        sent_at=now,
        paid_out_by="staff:3",
    )


def below_zero(amount="-15.00"):
    return Payout.objects.create(
        provider="stripe",
        provider_reference="po_1Below",
        status="paid",
        amount=Decimal(amount),
        currency="EUR",
        created_at=timezone.now(),
        arrives_on=timezone.localdate(),
        is_complete=True,
    )


def problems(days=0):
    kinds = {"no_refund", "unknown_debit", "not_on_account", "bank_difference"}
    found = find_problems(timezone.now() + timedelta(days=days))
    return [one for one in found if one.kind in kinds]


def test_a_refund_by_transfer_is_matched_by_its_order():
    refund = refund_of()
    found = debit("20.00", "Refund K7F3 9QXM")
    assert (found.refund, found.status, found.decided_by) == (refund, "refund", "statement")
    assert found.payee == "Alice"
    assert not BankTransfer.objects.exists() and problems(days=30) == []


def test_staff_may_record_the_refund_after_the_statement():
    make_reserved()
    order = make_reserved()
    found = debit("20.00", f"Refund {order.reference}")
    assert found.status == "to_do"
    [problem] = problems()
    assert problem.kind == "unknown_debit" and problem.amount == -20
    assert "-€20" in text_of(problem)
    refund_of(order.reference)
    assert match_debits() == 1
    found.refresh_from_db()
    assert found.status == "refund" and problems(days=30) == []


@pytest.mark.parametrize(
    ("amount", "text", "days"),
    [("20.01", "K7F39QXM", 0), ("20.00", "something else", 0), ("20.00", "K7F39QXM", -11)],
)
def test_another_amount_order_or_time_is_another_debit(amount, text, days):
    refund_of()
    assert debit(amount, text, days=days).refund is None
    assert [one.kind for one in problems(days=6)] == ["no_refund"]


def test_a_refund_that_no_statement_has_is_a_task_after_some_days():
    debit("1.00", "The first statement with debits")
    refund_of()
    assert problems(days=4) == []
    [problem] = problems(days=6)
    assert (problem.kind, problem.amount) == ("no_refund", -20)
    assert "K7F39QXM" in text_of(problem)


def test_before_debits_were_read_nothing_is_missing():
    refund_of()
    assert problems(days=60) == []


def test_money_that_came_without_an_order_goes_back_to_its_payer():
    load(camt_entry("33.00", "A gift"))
    return_transfer(transfer=BankTransfer.objects.get(), decided_by="staff:3", reason="No order")
    send_refunds()
    record_manual_refund(Refund.objects.get(), by="staff:3")
    found = debit("33.00", "Returned with thanks")
    assert found.refund == Refund.objects.get()


def test_a_payout_below_zero_is_collected_from_the_account():
    payout = below_zero()
    assert [one.kind for one in problems(days=6)] == ["not_on_account"]
    found = debit("15.00", "STRIPE debit", payee="Stripe Payments")
    assert (found.payout, found.status) == (payout, "payout")
    assert problems(days=30) == []
    page = staff().get(f"/admin/payments/payout/{payout.pk}/change/").content.decode()
    assert "Stripe Payments" in page and f"/admin/finance/bankdebit/{found.pk}/" in page
    BankDebit.objects.update(amount=16)
    [problem] = problems(days=30)
    assert (problem.kind, problem.amount) == ("bank_difference", 1)


def test_what_a_provider_collects_without_a_payout_is_a_task():
    debit("15.00", "debit", payee="Mollie B.V.")
    assert [one.kind for one in problems()] == ["unknown_debit"]


def test_a_rent_is_passed_over():
    found = debit("2000.00", "Rent of November", payee="Landlord")
    assert found.status == "other" and problems() == []
    assert not month_report(timezone.localdate()).on_account


def test_the_report_of_the_month_has_them():
    refund_of()
    debit("20.00", "K7F39QXM")
    listed = {
        (one.method, one.name): one.net for one in month_report(timezone.localdate()).on_account
    }
    assert listed["statement", "refund"] == -20


def test_the_same_line_in_two_statements_is_one_debit_and_no_transfer_of_the_same_line():
    debit("5.00", "x", reference="R1")
    debit("5.00", "x", reference="R1")
    load(camt_entry("5.00", "x", reference="R1"))
    assert (BankDebit.objects.count(), BankTransfer.objects.count()) == (1, 1)


def test_mt940_has_debits_and_credits_that_were_taken_back():
    content = mt940_file(("90,00", "one", "R1"), ("80,00", "two", "R2"), ("70,00", "three", "R3"))
    content = content.replace(b"CR80,00", b"DR80,00").replace(b"CR70,00", b"RCR70,00")
    lines = read_mt940(content)
    assert [(line.amount, line.is_debit) for line in lines] == [
        (90, False),
        (80, True),
        (70, True),
    ]


def test_two_imports_at_once_match_a_refund_once():
    refund_of()
    for reference in ("R1", "R2"):
        unmatch_debit(debit=debit("20.00", "K7F39QXM", reference=reference))
    BankDebit.objects.update(refund=None, status="to_do", decided_at=None, decided_by="")
    race(match_debits, match_debits)
    assert [one.status for one in BankDebit.objects.order_by("status")] == ["refund", "to_do"]


def test_without_asking_whether_it_is_unmatched_a_debit_would_be_taken_twice(monkeypatch):
    """The control: the later decision would replace the earlier."""
    first, second = refund_of(), refund_of(key="r2")
    found = debit("20.00", "K7F39QXM")
    taken = found.refund
    other = second if taken == first else first
    assert not debits._match(found, "staff:3", refund=other)
    monkeypatch.setattr("finance.querysets.BankDebitQuerySet.unmatched", lambda self: self.all())
    assert debits._match(found, "staff:3", refund=other)


def test_staff_choose_by_hand_and_take_it_back():
    refund = refund_of()
    found = debit("20.00", "Refund of last week")
    with pytest.raises(NoMatchForDebit):
        match_debit_by_hand(debit=found, reference="ZZZZ2222", decided_by="staff:3")
    browser, url = staff(), f"/admin/finance/bankdebit/{found.pk}"

    def offered():
        page = browser.get(f"{url}/change/").content.decode()
        return [name for name in ("assign", "undo") if f'"{url}/{name}' in page]

    assert offered() == ["assign"]
    assert browser.get("/admin/finance/bankdebit/").status_code == 200
    answer = browser.post(f"{url}/assign/", {"confirmed": "yes", "reference": "ZZZZ2222"})
    assert answer.status_code == 422 and "without a debit" in answer.content.decode()
    answer = browser.post(f"{url}/assign/", {"confirmed": "yes", "reference": "K7F39QXM"})
    assert answer.status_code == 302
    found.refresh_from_db()
    assert found.refund == refund and problems(days=30) == []
    assert offered() == ["undo"]
    browser.post(f"{url}/undo/", {"confirmed": "yes"})
    assert BankDebit.objects.get().status == "to_do"


def test_the_payee_is_forgotten_in_time(settings):
    settings.KEEP_PAYERS_DAYS = 100
    refund_of()
    debit("20.00", "K7F39QXM")
    assert erase_payers() == 0
    assert erase_payers(timezone.now() + timedelta(days=102)) == 1
    found = BankDebit.objects.get()
    assert (found.payee, found.payee_iban, found.text) == ("", "", "")
    assert found.refund


def test_a_transfer_of_a_customer_is_still_no_debit():
    order = make_reserved()
    load(entry_for(order))
    assert BankTransfer.objects.get().status == "matched"
    assert not BankDebit.objects.exists()
