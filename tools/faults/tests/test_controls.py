"""Control tests: without each guard the fault does harm, and the checks notice it."""

import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import connection

from core.testing.processes import wait_until
from emails import sending
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from emails.tests.conftest import renderers  # noqa: F401
from emails.tests.factories import make_email
from emails.tests.smtp import smtp_server
from emails.tests.test_sending import mailbox, port  # noqa: F401
from tools.faults import __main__ as trial
from tools.faults.held_socket import hold_socket
from tools.faults.responses import SERVED, Responses
from tools.faults.verification import pending_money, settle_open_payments, unsent_emails, violations

from .customers import Customer, check_two_tickets

pytestmark = pytest.mark.django_db(transaction=True)


# --- Polling -------------------------------------------------------------------------------------


def test_without_polling_payments_leave_money_without_tickets(serve):
    """The control for a worker that is killed before our COMMIT.

    Polling later, as by beat, repairs it.
    """
    customer = Customer()
    customer.start(serve("tools.faults.tests.unguarded_servers.web_without_polling"))
    # Six steps to the bank and back; then the order's page is polled.
    wait_until(lambda: customer.responses.kinds[SERVED] >= 6 + 2)
    assert pending_money() == ["1 payments open that the bank has taken"]
    settle_open_payments()
    check_two_tickets(customer.reference())
    assert pending_money() == []


# --- One clock -----------------------------------------------------------------------------------


def test_with_host_clocks_a_basket_lapses_early(serve):
    """The control for `test_hosts_whose_clocks_differ_by_ten_minutes_sell_together`."""
    customer = Customer()
    with clocks_of_hosts(ahead=5, behind=-5):
        customer.start(
            serve("tools.faults.tests.unguarded_servers.web_with_host_clock", clock="ahead"),
            serve("tools.faults.tests.unguarded_servers.web_with_host_clock", clock="behind"),
        )
        customer.wait_until_given_up()
    assert set(customer.responses.kinds) == {SERVED}, "It was a plain no, and a wrong one."


@contextmanager
def clocks_of_hosts(**minutes):
    """Create functions in PostgreSQL that return the time of a host."""
    with connection.cursor() as cursor:
        for host, wrong in minutes.items():
            cursor.execute(f"CREATE SCHEMA {host}")
            for name in ("now", "statement_timestamp", "clock_timestamp"):
                cursor.execute(
                    f"CREATE FUNCTION {host}.{name}() RETURNS timestamptz LANGUAGE sql STABLE"
                    f" AS $$ SELECT pg_catalog.{name}() + interval '{wrong} minutes' $$"
                )
        try:
            yield
        finally:
            cursor.execute(f"DROP SCHEMA {', '.join(minutes)} CASCADE")


# --- E-mails -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "left"), [(0.2, 0), (3600, 1)])
def test_an_email_of_a_killed_sender_is_sent_after_its_lease_and_not_before(
    renderers,  # noqa: F811
    mailbox,  # noqa: F811
    port,  # noqa: F811
    monkeypatch,
    settings,
    seconds,
    left,
):
    settings.LEASE_SECONDS = seconds
    enqueue_and_crash(monkeypatch, sent=False)
    time.sleep(0.3)
    with smtp_server(mailbox, port):
        assert sending.send_queued_emails() == 1 - left
    assert unsent_emails() == left


@pytest.mark.parametrize(("keeps_its_name", "different"), [(True, 1), (False, 2)])
def test_a_doubled_email_is_recognised_by_its_message_id_only(
    renderers,  # noqa: F811
    mailbox,  # noqa: F811
    port,  # noqa: F811
    monkeypatch,
    settings,
    keeps_its_name,
    different,
):
    settings.LEASE_SECONDS = 0.1
    with smtp_server(mailbox, port):
        enqueue_and_crash(monkeypatch, sent=True)
        if not keeps_its_name:
            OutboxEmail.objects.update(message_id="<another@example.org>")
        time.sleep(0.2)
        assert sending.send_queued_emails() == 1
    assert len(mailbox.messages) == 2
    assert len({message["Message-ID"] for message in mailbox.messages}) == different


def enqueue_and_crash(monkeypatch, *, sent):
    """Enqueue an e-mail, and die while sending it: before or after the server has accepted it."""

    class Killed(BaseException):
        pass

    def die(email, backend):
        if sent:
            sending.message_of(email, {}, backend).send()
        raise Killed

    make_email()
    render_due_emails()
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_send", die)
        if not sent:
            patched.setattr(sending._MailServer, "backend", lambda _server: None)
        with pytest.raises(Killed):
            sending.send_queued_emails()


# --- The checks themselves -----------------------------------------------------------------------


def test_missing_tickets_are_noticed():
    crowd = SimpleNamespace(gave_up=["pay"], responses=Responses(), references=lambda: {"K7F39QXM"})
    assert violations(crowd) == [
        "order K7F39QXM was shown its tickets and has none",
        "a customer gave up at: pay",
    ]


def test_a_site_that_stays_down_is_noticed(monkeypatch):
    """As without the supervisor, which restarts killed processes."""
    monkeypatch.setattr("tools.faults.customers.TIMEOUT", 1)
    with hold_socket() as listener:
        shut = listener.getsockname()
    hall = SimpleNamespace(performance_id=1, seats=[(1, 2)] * 9)
    monkeypatch.setattr("tools.bench.halls.make_hall", lambda **size: hall)
    monkeypatch.setitem(trial.SCENARIOS, "nothing", lambda context: [])
    system = SimpleNamespace(address=shut, start_took=1)
    result = trial.run_scenario("nothing", system, mail=None)
    assert "TimeoutError: The sale did not continue within 1 seconds." in result["errors"]
    assert "a customer gave up at: page" in result["errors"]
