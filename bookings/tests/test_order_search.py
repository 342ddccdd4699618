"""Search orders by what a caller may say; every search uses indexes of a large table."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Right
from django.utils import timezone

from bookings.models import Order, Ticket
from bookings.staff_operations.order_search import search_orders
from core.name_search import name_matches
from payments.models import Payment
from shows.models import Performance
from shows.tests.factories import make_show

from .factories import make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    performance = make_sale(show=make_show(title="Blue Hour"))
    order = make_paid_order(hold=make_hold(performance=performance, labels=["A1", "B3"]))
    Order.objects.filter(pk=order.pk).update(name="Zoë Müller-Archer", reference="ABCD2345")
    Payment.objects.update(purpose="ABCD2345")
    order.tickets.filter(label__contains="B").update(holder="Noa Ångström")
    order.refresh_from_db()
    return order


@pytest.fixture
def bob(alice):
    # Simulated card numbers count up, and could match the one searched for.
    Payment.objects.update(card="1881")
    order = make_paid_order(
        hold=make_hold(performance=alice.performance, labels=["C5"]), email="bob@elsewhere.test"
    )
    Order.objects.filter(pk=order.pk).update(name="Bob Builder", reference="WXYZ6789")
    Payment.objects.filter(purpose=order.reference).update(
        purpose="WXYZ6789", card="0042", provider_reference="ch_9XkQ"
    )
    order.tickets.update(holder="Bob Builder")
    order.refresh_from_db()
    return order


@pytest.mark.parametrize(
    "text",
    [
        "ABCD2345",
        " abcd2345 ",
        "2345",
        "d2345",
        "alice@example.org",
        "ALICE@Example.org",
        "alice",
        "example.org",
        "müller",
        "Muller",
        "archer zoe",
        "Arch",
        "noa ang",
        "Stalls A 1",
        "stalls, row A, seat 1",
        "Reihe A Platz 1",
        "A1",
        "b 3",
        "Blue Hour A 1",
        "A1 blue",
        "blue müller",
        "Noa Blue Hour",
    ],
)
def test_it_is_found_by_its_details(alice, bob, text):
    assert list(search_orders(text)) == [alice]


@pytest.mark.parametrize("text", ["0042", "9xkq", "ch_9xkq", "6789", "C5", "elsewhere", "hour bob"])
def test_another_order_is_found_as_well(alice, bob, text):
    assert list(search_orders(text)) == [bob]


@pytest.mark.parametrize(
    "text",
    [
        "A 11",
        "Circle A 1",
        "042",
        "chair",
        "& | !",
        "'",
        "Loud Hour A 1",
        "9" * 500,
        "%",
        "a" * 9999,
    ],
)
def test_unknown_details_find_nothing(alice, bob, text):
    assert list(search_orders(text)) == []


def test_a_whole_address_finds_only_its_orders(alice, bob):
    Order.objects.filter(pk=bob.pk).update(email="alice.example.org@example.com")
    Order.objects.filter(pk=alice.pk).update(email="alice@example.org")
    assert list(search_orders("Alice@Example.org")) == [alice]
    assert set(search_orders("alice@example")) == {alice, bob}


def test_a_name_that_ends_a_reference_is_still_a_name(alice, bob):
    Order.objects.filter(pk=bob.pk).update(reference="2222ZENA")
    Order.objects.filter(pk=alice.pk).update(name="Zena")
    assert set(search_orders("zena")) == {alice, bob}


def test_a_seat_of_a_past_performance_is_found(alice):
    old = timezone.now() - timedelta(days=90)
    Performance.objects.update(starts_at=old, doors_at=None)
    assert list(search_orders("A1")) == []
    assert list(search_orders("A1", performances=Performance.objects.all())) == [alice]


def test_a_payment_for_a_change_leads_to_its_order(alice):
    Payment.objects.update(purpose="ABCD2345-1", card="7777")
    assert list(search_orders("7777")) == [alice]


def test_the_demo_bank_finds_the_last_digits_of_the_card(alice):
    card = Payment.objects.get().card
    assert len(card) == 4 and card.isdecimal()
    assert list(search_orders(card)) == [alice]


def test_each_query_uses_its_index(alice):
    """PostgreSQL chooses the indexes of a table of 20,000 orders by itself."""
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"performance": alice.performance_id})
        cursor.execute("ANALYZE bookings_order, bookings_ticket, payments_payment")
    plans = {
        "order_by_customer": Order.objects.filter(name_matches("zoe muller", "name", "email")),
        "order_by_end_of_reference": Order.objects.annotate(end=Right("reference", 4)).filter(
            end="2345"
        ),
        "payment_by_card": Payment.objects.exclude(card="").filter(card="0042"),
    }
    for index, question in plans.items():
        assert index in question.values("pk").order_by().explain()
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        holders = Ticket.objects.exclude(holder="").filter(name_matches("noa", "holder"))
        assert "ticket_by_holder" in holders.values("pk").order_by().explain()
        cursor.execute("RESET enable_seqscan")
    assert list(search_orders("zoe muller")) == [alice]


MANY = """
WITH hold AS (
    INSERT INTO bookings_hold (token, performance_id, visitor, status, concessions, created_at,
                               expires_at, request_key)
    SELECT 'many-' || n, %(performance)s, 'many-' || n, 'bought', '{}', now(),
           now() + interval '8 minutes', ''
    FROM generate_series(1, 20000) n RETURNING id, token
), placed AS (
    INSERT INTO bookings_order (reference, key, performance_id, hold_id, visitor, email, name,
                                language, status, currency, total, quote, quantity, note,
                                created_at)
    SELECT upper(substr(md5(token), 1, 8)), '', %(performance)s, id, token,
           token || '@example.net', 'Person ' || md5(token), 'en', 'lapsed', 'EUR', 45, '[]', 1,
           '', now()
    FROM hold ON CONFLICT DO NOTHING RETURNING reference
)
INSERT INTO payments_payment (key, purpose, provider, provider_reference, amount, currency,
                              description, return_url, status, failure, card)
SELECT 'key-' || reference, reference, 'demo', 'demo-' || reference, 45, 'EUR', '', '', 'failed',
       '', CASE WHEN reference < '8' THEN '' ELSE substr(reference, 5, 4) END
FROM placed
"""
