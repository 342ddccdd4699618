"""The audit finds each kind of damage to documents, and nothing where all is well."""

from contextlib import contextmanager

import pytest
from django.db import connection

from bookings.aftersale.partial_refunds import refund_amount
from bookings.ledger.audit import audit
from finance.documents.audit_rules import RULES
from finance.documents.issuing import issue_due_documents
from finance.models import Document
from finance.tests.factories import make_order_to_invoice
from payments.models import Refund

pytestmark = pytest.mark.django_db(transaction=True)

DROP_HASH = "ALTER TABLE finance_documentfile DROP CONSTRAINT document_file_has_its_hash"
ADD_HASH = (
    "ALTER TABLE finance_documentfile ADD CONSTRAINT document_file_has_its_hash "
    "CHECK (sha256 = encode(sha256(content), 'hex')) NOT VALID"
)
# For each rule: what somebody might do to the tables behind the operations' backs.
DAMAGE = {
    "document_numbers_have_no_gaps": ["UPDATE finance_numberseries SET last = last + 1"],
    "document_files_fit_their_hash": [
        DROP_HASH,
        "UPDATE finance_documentfile SET content = content || '\\x00'",
    ],
    "document_has_file": [
        "DELETE FROM finance_documentfile",
        "UPDATE finance_document SET issued_at = now() - interval '2 hours'",
    ],
    "invoice_issued": [
        "UPDATE bookings_order SET invoice_details = '{}', paid_at = now() - interval '2 hours'",
    ],
    "refund_has_credit_note": [
        "DELETE FROM finance_documentrefund",
        "UPDATE payments_refund SET created_at = now() - interval '2 hours'",
    ],
    "documents_match_payments": [
        "UPDATE finance_document SET gross = gross + 1, net = net + 1 WHERE kind = 'invoice'",
    ],
    "lapsed_invoice_credited": [
        "UPDATE bookings_order SET status = 'lapsed', paid_at = NULL",
    ],
    "document_tax_adds_up": [
        "UPDATE finance_document SET net = net + 1, tax = tax - 1 WHERE kind = 'invoice'",
    ],
}


@contextmanager
def damaged(statements):
    """Do the damage with the triggers off; they and dropped constraints come back afterwards."""
    with connection.cursor() as cursor:
        for table in ("document", "documentfile"):
            cursor.execute(f"ALTER TABLE finance_{table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in ("document", "documentfile"):
            cursor.execute(f"ALTER TABLE finance_{table} ENABLE TRIGGER USER")
    try:
        yield
    finally:
        if DROP_HASH in statements:
            with connection.cursor() as cursor:
                cursor.execute(ADD_HASH)


@pytest.fixture
def documents():
    """An invoice and a credit note with their files."""
    order = make_order_to_invoice()
    issue_due_documents()
    refund_amount(order=order, amount=order.total / 3, actor="x", reason="x", request_key="k")
    issue_due_documents()
    assert Document.objects.count() == 2


def test_it_finds_nothing_where_all_is_well(documents):
    assert audit() == []


def test_every_rule_has_its_damage():
    assert set(DAMAGE) == {rule.name for rule in RULES}


@pytest.mark.parametrize("rule", DAMAGE)
def test_it_finds_the_damage(documents, rule):
    with damaged(DAMAGE[rule]):
        assert rule in {finding.rule for finding in audit()}


def test_a_document_beyond_its_series_is_found(documents):
    with damaged(["UPDATE finance_numberseries SET last = 1"]):
        (finding,) = audit()
        assert "is beyond the last number" in finding.examples[0]


def test_a_refund_of_a_minute_ago_is_not_missed_yet(documents):
    Refund.objects.create(
        payment=Refund.objects.get().payment, key="by-hand:new", amount=1, reason="x"
    )
    rules = {finding.rule for finding in audit()}
    assert not rules & {rule.name for rule in RULES}
