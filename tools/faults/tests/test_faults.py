"""The fastest of the faults, with real web servers on the test database."""

from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from bookings.models import Hold, Order, Ticket
from core.testing.processes import wait_until
from payments.models import DemoCharge, Payment
from tools.faults import breakpoints, scenarios
from tools.faults.__main__ import _options
from tools.faults.responses import CONNECTION_LOST, ERROR, RETRY, SERVED, kind_of

from .customers import Customer, check_two_tickets

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("point", "activity", "found"),
    [
        # The bank has captured the payment and we have not; the tickets are issued and the customer
        # has no response; the order exists and the customer has no payment link.
        (breakpoints.BEFORE_COMMIT, scenarios.PAY, {"charged": 1, "captured": 0, "tickets": 0}),
        (breakpoints.BEFORE_ANSWER, scenarios.PAY, {"charged": 1, "captured": 1, "tickets": 2}),
        (
            breakpoints.BEFORE_ANSWER,
            scenarios.CHECKOUT,
            {"charged": 0, "captured": 0, "tickets": 0},
        ),
    ],
)
def test_a_customer_whose_worker_is_killed_gets_their_tickets_once(
    serve, tmp_path, point, activity, found
):
    customer, breakpoint = Customer(), breakpoints.Breakpoint(tmp_path)
    breakpoint.arm(point, activity)
    customer.start(serve())
    breakpoint.wait()
    # The state that the killed worker leaves, seen while it waits at the breakpoint.
    assert found == {
        "charged": DemoCharge.objects.filter(status="paid").count(),
        "captured": Payment.objects.captured().count(),
        "tickets": Ticket.objects.count(),
    }
    breakpoint.kill()
    check_two_tickets(customer.reference())
    assert set(customer.responses.kinds) == {SERVED, CONNECTION_LOST}
    assert Hold.objects.count() == Payment.objects.count() == 1


def test_a_database_outage_gets_503_and_the_sale_continues(serve):
    customer, address = Customer(), serve()
    with unavailable_database():
        customer.start(address)
        wait_until(lambda: customer.responses.kinds[RETRY] >= 2)
    check_two_tickets(customer.reference())
    assert set(customer.responses.kinds) == {SERVED, RETRY}


def test_without_its_middleware_an_outage_gets_500(serve):
    """The control: customers see an error, and it is recognised as one."""
    customer = Customer()
    address = serve(settings={"ROOT_URLCONF": "tools.faults.tests.urls_without_error_pages"})
    with unavailable_database():
        customer.start(address)
        customer.wait_until_given_up()
    assert customer.responses.kinds[ERROR] == 1
    assert not Order.objects.exists()


@contextmanager
def unavailable_database():
    """Close all connections and refuse new ones, as while PostgreSQL restarts."""
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
    customer.start(*(serve(environment={"FAULTS_CLOCK_SHIFT": shift}) for shift in ("300", "-300")))
    check_two_tickets(customer.reference())
    assert set(customer.responses.kinds) == {SERVED}


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (200, {}, b"Seats", SERVED),
        (409, {}, b"These have just gone", SERVED),
        (503, {"Retry-After": "5"}, b"Your basket and your tickets are safe.", RETRY),
        (0, {}, b"", CONNECTION_LOST),
        (503, {}, b"Your basket and your tickets are safe.", ERROR),
        (500, {}, b"A string broke", ERROR),
        (404, {}, b"Nothing on this context", ERROR),
        (200, {}, b"Traceback (most recent call last)", ERROR),
    ],
)
def test_it_distinguishes_expected_responses_from_errors(status, headers, body, kind):
    assert kind_of(status, headers, body) == kind


def test_it_rejects_an_unknown_fault(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["faults", "kill-worker", "kill-time"])
    with pytest.raises(SystemExit):
        _options()
    assert "There is no kill-time." in capsys.readouterr().err
