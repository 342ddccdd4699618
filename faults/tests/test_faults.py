"""The quickest of the faults, with real web servers on the database of the test."""

import threading
from contextlib import contextmanager, suppress

import psycopg
import pytest
from django.db import connection

from bookings.books.audit import audit
from bookings.models import Hold, Order, Ticket
from bookings.tests.factories import make_sale, seats_of
from concert.run.supervisor import answers
from concert.testing.processes import wait_until
from faults import points, scenes
from faults.__main__ import _options
from faults.answers import BROKEN, COME_BACK, CUT_OFF, SERVED, Seen, kind_of
from faults.customers import Browser, Refused, buy
from faults.house import free_port
from payments.models import DemoCharge, Payment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def serve(processes, tmp_path):
    """Start a web server whose workers can be stopped at points; return its address."""

    def start(*, settings=None, **environment):
        port = free_port()
        environment["FAULTS_FOLDER"] = str(tmp_path)
        processes("faults.processes.web", environment=environment, settings=settings, port=port)
        wait_until(lambda: answers("127.0.0.1", port))
        return "127.0.0.1", port

    return start


class Customer:
    """Somebody who buys two seats; `seen` is what they saw."""

    def __init__(self):
        self.seen = Seen()
        self.performance = make_sale()
        self.pair = seats_of(self.performance, "A1", "A2")
        self._bought = []

    def begin(self, *addresses):
        """Begin to buy, in a thread. With several addresses each request goes to the next."""
        self._thread = threading.Thread(target=self._buy, args=[list(addresses)], daemon=True)
        self._thread.start()

    def reference(self):
        """Wait until they have bought; return the order's reference."""
        self._thread.join(90)
        return self._bought[0]

    def leave(self):
        """Wait until they have given up."""
        self._thread.join(90)
        assert not self._bought

    def _buy(self, addresses):
        browser = Browser(addresses, self.seen, threading.Lock())
        with suppress(Refused):
            self._bought.append(buy(browser, self.performance.pk, self.pair, "alice@example.org"))


def nothing_but_two_tickets(reference):
    assert Order.objects.get(reference=reference).status == "paid"
    assert Ticket.objects.count() == 2
    assert not audit()


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


def test_a_database_that_is_away_is_said_to_be_and_selling_goes_on(serve):
    customer, address = Customer(), serve()
    with database_away():
        customer.begin(address)
        wait_until(lambda: customer.seen.kinds[COME_BACK] >= 2)
    nothing_but_two_tickets(customer.reference())
    assert set(customer.seen.kinds) == {SERVED, COME_BACK}


def test_without_the_words_for_it_a_database_that_is_away_looks_broken(serve):
    """The control: customers do see it, and it is told from an honest answer."""
    customer = Customer()
    address = serve(settings={"ROOT_URLCONF": "faults.tests.urls_without_words"})
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


def test_hosts_whose_clocks_are_ten_minutes_apart_sell_together(serve):
    customer = Customer()
    customer.begin(serve(FAULTS_CLOCK_SHIFT="300"), serve(FAULTS_CLOCK_SHIFT="-300"))
    nothing_but_two_tickets(customer.reference())
    assert set(customer.seen.kinds) == {SERVED}


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (200, {}, b"Seats", SERVED),
        (409, {}, b"These have just gone", SERVED),
        (503, {"Retry-After": "5"}, b"Nothing is lost", COME_BACK),
        (0, {}, b"", CUT_OFF),
        (503, {}, b"Nothing is lost", BROKEN),
        (500, {}, b"A string broke", BROKEN),
        (404, {}, b"Nothing on this stage", BROKEN),
        (200, {}, b"Traceback (most recent call last)", BROKEN),
    ],
)
def test_it_tells_honest_answers_from_broken_ones(status, headers, body, kind):
    assert kind_of(status, headers, body) == kind


def test_it_refuses_a_fault_that_it_does_not_know(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["faults", "kill-worker", "kill-time"])
    with pytest.raises(SystemExit):
        _options()
    assert "There is no kill-time." in capsys.readouterr().err
