"""The audit finds each kind of damage to payments, payouts, tills and settlements."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.ledger.audit import audit, check_rules
from bookings.staff_operations.counter_payments import take_payment
from bookings.staff_operations.transfers import record_transfer
from bookings.tests.factories import make_hold, make_order, make_sale
from bookings.tests.test_reservations import make_reserved
from finance.audit_rules import RULES
from finance.models import BankTransfer, Settlement
from finance.reconciliation.audit_rules import RULES as RECONCILIATION_RULES
from finance.reconciliation.bank_lines import match_by_hand
from finance.reconciliation.staff_tasks import update_tasks
from finance.settlement.statements import issue
from payments.models import Payout, PayoutLine

from .factories import with_till
from .provider_sales import dispute, pay_out, refund, sell_online
from .test_admin_reconciliation import make_transfer

pytestmark = pytest.mark.django_db(transaction=True)

AGED = """UPDATE payments_payout SET fetched_at = now() - interval '3 hours';
          UPDATE finance_banktransfer SET decided_at = now() - interval '3 hours'
          WHERE decided_at IS NOT NULL;"""
# For each rule: what somebody might do to the tables behind the operations' backs.
DAMAGE = [
    ("payouts_are_explained", "UPDATE payments_payout SET amount = amount + 1"),
    ("payouts_are_explained", "UPDATE payments_payoutline SET payment_id = NULL"),
    ("payouts_are_explained", "UPDATE payments_payoutline SET refund_id = NULL"),
    ("payouts_are_explained", "UPDATE payments_payoutline SET dispute_id = NULL"),
    (
        "payouts_are_explained",
        "UPDATE payments_payoutline SET gross = gross + 1, fee = fee + 1 WHERE kind = 'payment'",
    ),
    (
        "payouts_are_explained",
        "UPDATE payments_payoutline SET kind = 'other' WHERE kind = 'refund'",
    ),
    ("bank_line_of_payout", "UPDATE finance_banktransfer SET amount = amount - 1"),
    ("journal_balances", "UPDATE payments_payment SET amount = amount + 1"),
    ("journal_balances", "UPDATE payments_payment SET currency = 'CHF'"),
    ("settlement_is_whole", "UPDATE finance_settlement SET pdf = pdf || '\\x00'"),
    ("settlement_is_whole", "DELETE FROM finance_ledgerseal"),
    ("till_has_payment", "UPDATE payments_payment SET key = 'other' WHERE provider = 'cash'"),
    ("cash_in_till", "DELETE FROM finance_tillentry"),
    (
        "transfer_was_taken",
        "UPDATE payments_payment SET taken_by = '' WHERE provider = 'transfer'",
    ),
]


@pytest.fixture
def books(stripe_sandbox):
    """Make a payout that is on the statement, cash, a bank transfer and a settlement."""
    performance = make_sale()
    sales = [sell_online(stripe_sandbox, performance, [f"A{n}"]) for n in (1, 3, 5)]
    refund(sales[1], "20.00")
    dispute(stripe_sandbox, sales[2])
    pay_out(stripe_sandbox)
    payout = Payout.objects.get()
    transfer = make_transfer(payout.amount)
    match_by_hand(transfer=transfer, payout=payout, decided_by="staff:1")
    cashier = with_till(make_staff(Role.MANAGER))
    order = make_order(hold=make_hold(performance=performance, labels=["A7"]))
    take_payment(order=order, method="cash", staff=cashier)
    reserved = make_reserved(hold=make_hold(performance=performance, labels=["A9"]))
    record_transfer(order=reserved, received_on=timezone.localdate(), taken_by="staff:1")
    settlement = Settlement.objects.create(promoter="x", deal="percentage", percentage=50)
    settlement.performances.set([performance])
    issue(settlement=settlement, by=cashier)


def damaged(statement):
    """Return the rules that notice the damage; it is taken back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(AGED + statement)
            cursor.execute("SET LOCAL session_replication_role = origin")
        found = {finding.rule for finding in check_rules()}
        transaction.set_rollback(True)
    return found


def test_it_finds_nothing_where_all_is_well_and_every_damage(books):
    assert audit() == []
    assert damaged("SELECT 1") == set()
    for rule, statement in DAMAGE:
        assert rule in damaged(statement), statement


def test_every_rule_of_payouts_has_its_damage():
    assert {rule.name for rule in RECONCILIATION_RULES} <= {rule for rule, _damage in DAMAGE}
    known = {rule for rule, _damage in DAMAGE} - {rule.name for rule in RECONCILIATION_RULES}
    assert known <= {rule.name for rule in RULES}


def test_what_is_a_task_is_no_violation(books):
    PayoutLine.objects.filter(kind="refund").update(kind="other")
    BankTransfer.objects.update(amount=1)
    with connection.cursor() as cursor:
        cursor.execute(AGED)
    assert {finding.rule for finding in audit()} == {"payouts_are_explained", "bank_line_of_payout"}
    update_tasks(timezone.now() + timedelta(days=30))
    assert audit() == []
