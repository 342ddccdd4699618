"""The audit finds each kind of damage, and nothing in a sound database."""

from contextlib import contextmanager

import pytest
from django.db import connection

from bookings.aftersale.cancellation import cancel_tickets
from bookings.ledger.audit import audit
from bookings.ledger.audit_rules import RULES
from bookings.models import Place

from .factories import make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

PLACE_OF_TICKET = "(SELECT place_id FROM bookings_ticket ORDER BY id LIMIT 1)"

# For each rule, a statement that violates it without using the operations.
DAMAGE = {
    "one_ticket": [
        "DROP INDEX one_valid_ticket_for_a_place",
        "INSERT INTO bookings_ticket (order_id, performance_id, place_id, secret, version, status, "
        "label, category, concession, price, fee, holder) SELECT order_id, performance_id, "
        "place_id, 'again', 1, 'valid', label, category, '', price, fee, '' FROM bookings_ticket "
        "LIMIT 1",
    ],
    "sold_has_ticket": [
        "UPDATE bookings_ticket SET status = 'cancelled', cancelled_at = now()",
    ],
    "ticket_has_sold_place": [
        f"UPDATE bookings_place SET state = 'available' WHERE id = {PLACE_OF_TICKET}",
    ],
    "ticket_has_paid_order": [
        "UPDATE bookings_order SET status = 'lapsed', paid_at = NULL",
    ],
    "held_has_open_hold": [
        "UPDATE bookings_hold SET status = 'released' WHERE status = 'open'",
    ],
    "reserved_has_places": [
        "UPDATE bookings_order SET status = 'reserved', paid_at = NULL,"
        " payable_until = now() + interval '1 day' WHERE status = 'paid'",
    ],
    "hard_cap": [
        "ALTER TABLE bookings_hold DROP CONSTRAINT hold_stays_under_its_hard_cap",
        "UPDATE bookings_hold SET expires_at = created_at + interval '3 hours'",
    ],
    "quote_adds_up": ["UPDATE bookings_order SET total = total + 1"],
    "rates_of_quote": ["""UPDATE bookings_order SET tax_rates = '[["7", "19", ""]]'"""],
    "tickets_match_rates": ["UPDATE bookings_ticket SET tax_rate = 7"],
    "order_fee_refunded_once": [
        "UPDATE bookings_order SET status = 'cancelled', order_fee = 1,"
        " order_fee_refunded_at = now() WHERE status = 'paid'",
    ],
    "tickets_match_quote": ["UPDATE bookings_ticket SET price = price - 1"],
    "quantity": ["UPDATE bookings_order SET quantity = 5"],
    "moved_tickets_were_paid": ["UPDATE bookings_ticket SET paid_with_id = order_id"],
    "moves_between_orders_balance": [
        "INSERT INTO bookings_ledgerentry"
        ' (performance_id, kind, "order", places, amount, currency, actor, detail) '
        "SELECT id, 'transfer', '', '{}', 5, 'EUR', 'test', '{}' FROM shows_performance LIMIT 1",
    ],
    "paid_has_payment": ["UPDATE payments_payment SET status = 'failed', captured_at = NULL"],
    "change_has_payment": [
        "INSERT INTO bookings_ticketchange"
        " (order_id, number, reference, status, lines, difference) "
        "SELECT id, 1, reference || '-1', 'applied', '[]', 5 FROM bookings_order LIMIT 1",
    ],
    "tickets_cost_what_was_sold": ["UPDATE bookings_ticket SET price = price + 1"],
    "payment_has_outcome": ["UPDATE payments_payment SET purpose = 'NOBODY'"],
    "refunds_within_payment": [
        "INSERT INTO payments_refund (payment_id, key, amount, reason, status, attempts, failure) "
        "SELECT id, 'x', amount + 1, '', 'queued', 0, '' FROM payments_payment",
    ],
    "provider_agrees": ["UPDATE payments_democharge SET status = 'declined'"],
    "log_money": [
        'INSERT INTO bookings_ledgerentry (kind, "order", places, amount, currency, actor, detail) '
        "SELECT 'payment', purpose, '{}', 1, 'EUR', 'x', '{}' FROM payments_payment",
    ],
    "log_disputes": ["UPDATE bookings_order SET disputed_at = now() WHERE status = 'paid'"],
    "log_places": [
        'INSERT INTO bookings_ledgerentry (kind, "order", places, currency, actor, detail) '
        "SELECT 'cancel', '', places, '', 'x', '{}' FROM bookings_ledgerentry WHERE kind = 'sale'",
    ],
    "places_of_plan": ["DELETE FROM bookings_place WHERE state = 'available'"],
    "confirmation_sent": [
        "UPDATE emails_outboxemail SET key = 'mislaid' WHERE kind = 'order_confirmation'"
    ],
}


def test_it_finds_nothing_in_valid_data():
    performance = make_sale()
    make_hold(performance=performance, labels=["A1"])
    make_order(hold=make_hold(performance=performance, labels=["B1"]), email="b@example.org")
    order = make_paid_order(hold=make_hold(performance=performance, labels=["C1", "C2"]))
    cancel_tickets(order=order, actor="test", ticket_ids=[order.tickets.first().pk])
    assert audit() == []


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_it_finds_damage_to(rule):
    performance = make_sale()
    make_hold(performance=performance, labels=["B1"])
    make_paid_order(hold=make_hold(performance=performance, labels=["A1", "A2"]))
    assert audit() == []
    with damaged(DAMAGE[rule]):
        found = {finding.rule: finding for finding in audit()}
    assert rule in found
    assert found[rule].count >= 1
    assert found[rule].examples


def test_it_counts_findings_beyond_the_listed_ones():
    performance = make_sale()
    Place.objects.filter(performance=performance).update(state="sold")
    found = {finding.rule: finding for finding in audit()}
    assert found["sold_has_ticket"].count == 50
    assert len(found["sold_has_ticket"].examples) == 20


@contextmanager
def damaged(statements):
    """Run the statements inside the block; restore dropped constraints afterwards."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    try:
        yield
    finally:
        _restore(statements)


def _restore(statements):
    with connection.cursor() as cursor:
        if any("DROP INDEX" in statement for statement in statements):
            cursor.execute("DELETE FROM bookings_ticket WHERE secret = 'again'")
            cursor.execute(
                "CREATE UNIQUE INDEX one_valid_ticket_for_a_place ON bookings_ticket (place_id) "
                "WHERE status = 'valid'"
            )
        if any("DROP CONSTRAINT" in statement for statement in statements):
            cursor.execute("UPDATE bookings_hold SET expires_at = created_at")
            cursor.execute(
                "ALTER TABLE bookings_hold ADD CONSTRAINT hold_stays_under_its_hard_cap "
                "CHECK (expires_at <= created_at + interval '90 minutes')"
            )
