"""The quickest of the faults, with real web servers on the database of the test."""

from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from bookings.models import Hold, Order, Ticket
from core.testing.processes import wait_until
from payments.models import DemoCharge, Payment
from tools.faults import points, scenes
from tools.faults.__main__ import _options
from tools.faults.answers import BROKEN, COME_BACK, CUT_OFF, SERVED, kind_of

from .buying import Customer, nothing_but_two_tickets

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("point", "doing", "found"),
    [
        # The money is with the bank and not in our books; the tickets are issued and nobody is
        # told; the order is there and nobody knows where to pay.
        (points.BEFORE_COMMIT, scenes.PAY, {"charged": 1, "captured": 0, "tickets": 0}),
        (points.BEFORE_ANSWER, scenes.PAY, {"charged": 1, "captured": 1, "tickets": 2}),
        (points.BEFORE_ANSWER, scenes.CHECKOUT, {"charged": 0, "captured": 0, "tickets": 0}),
    ],
)
def test_a_customer_whose_worker_is_killed_gets_their_tickets_once(
    serve, tmp_path, point, doing, found
):
    customer, trap = Customer(), points.Trap(tmp_path)
    trap.arm(point, doing)
    customer.begin(serve())
    trap.wait()
    # What the dead worker will leave behind, seen while it stands at the point.
    assert found == {
        "charged": DemoCharge.objects.filter(status="paid").count(),
        "captured": Payment.objects.captured().count(),
        "tickets": Ticket.objects.count(),
    }
    trap.spring()
    nothing_but_two_tickets(customer.reference())
    assert set(customer.seen.kinds) == {SERVED, CUT_OFF}
    assert Hold.objects.count() == Payment.objects.count() == 1


def test_a_database_outage_gets_503_and_the_sale_continues(serve):
    customer, address = Customer(), serve()
    with database_away():
        customer.begin(address)
        wait_until(lambda: customer.seen.kinds[COME_BACK] >= 2)
    nothing_but_two_tickets(customer.reference())
    assert set(customer.seen.kinds) == {SERVED, COME_BACK}


def test_without_its_middleware_an_outage_gets_500(serve):
    """The control: customers do see it, and it is told from an honest answer."""
    customer = Customer()
    address = serve(settings={"ROOT_URLCONF": "tools.faults.tests.urls_without_words"})
    with database_away():
        customer.begin(address)
        customer.leave()
    assert customer.seen.kinds[BROKEN] == 1
    assert not Order.objects.exists()


@contextmanager
def database_away():
    """As while PostgreSQL restarts: every session is cut, and none can be begun."""
    name, found = connection.settings_dict["NAME"], connection.get_connection_params()
    connection.close()
    with psycopg.connect(
        host=found["host"], user=found["user"], dbname="postgres", autocommit=True
    ) as link:
        link.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            link.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_hosts_whose_clocks_differ_by_ten_minutes_sell_together(serve):
    customer = Customer()
    customer.begin(*(serve(environment={"FAULTS_CLOCK_SHIFT": shift}) for shift in ("300", "-300")))
    nothing_but_two_tickets(customer.reference())
    assert set(customer.seen.kinds) == {SERVED}


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (200, {}, b"Seats", SERVED),
        (409, {}, b"These have just gone", SERVED),
        (503, {"Retry-After": "5"}, b"Your basket and your tickets are safe.", COME_BACK),
        (0, {}, b"", CUT_OFF),
        (503, {}, b"Your basket and your tickets are safe.", BROKEN),
        (500, {}, b"A string broke", BROKEN),
        (404, {}, b"Nothing on this stage", BROKEN),
        (200, {}, b"Traceback (most recent call last)", BROKEN),
    ],
)
def test_it_distinguishes_expected_responses_from_errors(status, headers, body, kind):
    assert kind_of(status, headers, body) == kind


def test_it_rejects_an_unknown_fault(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["faults", "kill-worker", "kill-time"])
    with pytest.raises(SystemExit):
        _options()
    assert "There is no kill-time." in capsys.readouterr().err
