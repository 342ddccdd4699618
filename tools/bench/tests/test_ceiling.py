"""The hand-written purchases of pgbench insert the same rows as the operations."""

import pytest
from django.db import connection

from bookings.models import LedgerEntry, Order, Place, Ticket
from emails.models import OutboxEmail
from payments.models import Payment
from tools.bench.ceiling import measure_ceiling
from tools.bench.halls import make_hall

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hall():
    yield make_hall(rows=40)  # More than a second can sell.
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_pair_of")
        cursor.execute("DROP SEQUENCE IF EXISTS bench_pair")


def test_it_writes_whole_purchases(hall):
    assert measure_ceiling(hall, clients=1, seconds=1) > 0
    orders = Order.objects.filter(status="paid")
    assert orders.exists()
    number = orders.count()
    assert Place.objects.filter(state="sold").count() == 2 * number
    assert Ticket.objects.count() == 2 * number
    assert Payment.objects.filter(status="captured").count() == number
    assert OutboxEmail.objects.count() == number
    kinds = LedgerEntry.objects.order_by("pk").values_list("kind", flat=True)[1:5]
    assert list(kinds) == ["hold", "order", "payment", "sale"]
