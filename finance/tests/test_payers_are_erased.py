"""Names, IBANs and texts of bank transfers are erased in time; the books still fit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.ledger.audit import audit
from bookings.tests.test_reservations import make_reserved
from finance.bank.matching import return_transfer
from finance.bank.part_payments import accept_transfer
from finance.bank.retention import erase_payers
from finance.models import BankTransfer
from payments.models import Payment, Refund
from payments.refunds import record_manual_refund, send_refunds

from .test_bank_transfers import entry_for, load

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _days(settings):
    settings.KEEP_PAYERS_DAYS = 100


def age(days):
    BankTransfer.objects.exclude(decided_at=None).update(
        decided_at=timezone.now() - timedelta(days=days)
    )


def test_after_its_time_nothing_says_who_paid():
    order = make_reserved()
    load(entry_for(order))
    age(99)
    assert erase_payers() == 0
    age(101)
    assert [erase_payers(), erase_payers()] == [1, 0]
    found = BankTransfer.objects.get()
    assert (found.payer, found.payer_iban, found.text) == ("", "", "")
    assert (found.amount, found.order) == (order.total, order.reference)
    assert audit() == []


def test_the_line_is_still_recognised_when_it_is_imported_again():
    order = make_reserved()
    load(entry_for(order, reference=""))
    age(101)
    erase_payers()
    assert load(entry_for(order, reference="")).transfers_new == 0


def test_what_is_undecided_or_waits_for_the_rest_is_kept():
    order = make_reserved()
    load(entry_for(order, amount=40, reference="1"))
    load(entry_for(order, amount=30, reference="2"))
    accept_transfer(
        transfer=BankTransfer.objects.get(bank_reference="1"), order=order, decided_by="staff:1"
    )
    age(101)
    assert erase_payers() == 0


def test_the_iban_stays_until_the_money_has_been_sent_back():
    order = make_reserved()
    load(entry_for(order, amount=40))
    return_transfer(transfer=BankTransfer.objects.get(), decided_by="staff:1", reason="x")
    send_refunds()
    age(101)
    assert erase_payers() == 0
    record_manual_refund(Refund.objects.get(), by="staff:1")
    assert erase_payers() == 1
    assert "Alice" not in Payment.objects.get().description
