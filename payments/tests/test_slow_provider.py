"""A slow payment provider: what waits for it, and what does not."""

import threading
import time

import pytest
from django.db import connection

from payments import charges, provider_calls
from payments.charges import pay_url, settle_payment, start_payment
from payments.exceptions import ProviderUnavailable
from payments.models import Payment, ProviderEvent
from payments.provider_calls import StillWaiting, call_patiently

from .stripe_shop import OPTIONS, deliver, new_payment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def impatient(monkeypatch):
    """Let pages wait for a tenth of a second."""
    monkeypatch.setattr(provider_calls, "PATIENCE", 0.1)
    yield
    provider_calls.reset_slowness()


@pytest.fixture
def gate():
    """Return an event for which the provider waits with its answer."""
    event = threading.Event()
    yield event
    event.set()


def started():
    return start_payment(
        purpose="K7F39QXM",
        amount=45,
        currency="EUR",
        description="",
        return_url="https://tickets.example.org/orders/K7F39QXM/",
    )


def test_an_answer_in_time_is_finished_by_who_waits():
    here = threading.current_thread()
    found = call_patiently(lambda: 1, lambda n: (n, threading.current_thread()), patience=10)
    assert found == (1, here)


def test_an_error_in_time_is_raised_where_one_waits():
    def fail():
        raise ProviderUnavailable("away")

    with pytest.raises(ProviderUnavailable, match="away"):
        call_patiently(fail, lambda found: found, patience=10)


def test_a_late_answer_is_finished_once_by_the_thread_that_asked(gate):
    finished, done = [], threading.Event()

    def finish(answer):
        finished.append((answer, threading.current_thread().name[:16]))
        done.set()

    with pytest.raises(StillWaiting):
        call_patiently(lambda: gate.wait(10), finish, patience=0.01)
    gate.set()
    assert done.wait(10)
    assert finished == [(True, "payment-provider")]
    provider_calls.reset_slowness()


def test_nobody_waits_while_the_provider_is_slow(gate):
    with pytest.raises(StillWaiting):
        call_patiently(lambda: gate.wait(10), lambda _: None, patience=0.01)
    began = time.monotonic()
    for _number in range(5):
        with pytest.raises(StillWaiting):
            call_patiently(lambda: gate.wait(10), lambda _: None, patience=5)
    assert time.monotonic() - began < 2
    provider_calls.reset_slowness()


def test_only_half_of_the_threads_wait_at_once(gate, settings):
    waiters = max(1, settings.WEB_THREADS // 2)
    results = []

    def page():
        began = time.monotonic()
        with pytest.raises(StillWaiting):
            call_patiently(lambda: gate.wait(10), lambda _: None, patience=1)
        results.append(time.monotonic() - began > 0.5)

    pages = [threading.Thread(target=page) for _number in range(waiters + 3)]
    for each in pages:
        each.start()
    for each in pages:
        each.join()
    assert sum(results) == waiters
    provider_calls.reset_slowness()


def test_too_many_calls_at_once_are_refused(gate, monkeypatch):
    monkeypatch.setattr(provider_calls, "MAX_QUEUED", 2)
    for _number in range(2):
        with pytest.raises(StillWaiting):
            call_patiently(lambda: gate.wait(10), lambda _: None, patience=0.01)
    with pytest.raises(ProviderUnavailable, match="too slow"):
        call_patiently(lambda: gate.wait(10), lambda _: None, patience=0.01)
    provider_calls.reset_slowness()


def test_a_slow_pay_page_is_there_when_the_customer_asks_again(stripe_sandbox, impatient):
    payment = started()
    stripe_sandbox.behave(slow=1.0)
    with pytest.raises(StillWaiting):
        pay_url(payment, OPTIONS, for_page=True)

    wait_for(lambda: Payment.objects.get().page_url)

    payment.refresh_from_db()
    assert pay_url(payment, OPTIONS, for_page=True) == payment.page_url
    assert len(stripe_sandbox.stripe.checkouts) == 1


def test_a_call_of_the_same_name_is_made_once_at_a_time(gate):
    calls = []

    def ask():
        calls.append(1)
        gate.wait(10)

    for _number in range(3):
        with pytest.raises(StillWaiting):
            call_patiently(ask, lambda _: None, patience=0.05, name="page:x")
    assert len(calls) == 1
    gate.set()
    wait_for(lambda: not provider_calls._state._under_way)
    provider_calls.reset_slowness()
    call_patiently(ask, lambda _: None, patience=5, name="page:x")
    assert len(calls) == 2


def test_a_slow_status_is_applied_when_it_comes(stripe_sandbox, impatient):
    payment = new_payment()
    stripe_sandbox.pay(payment.key)
    stripe_sandbox.behave(slow=1.0)
    with pytest.raises(StillWaiting):
        settle_payment(payment, for_page=True)
    wait_for(lambda: Payment.objects.get().status == "captured")


def test_a_webhook_is_sent_again_while_the_provider_is_slow(stripe_sandbox, impatient):
    payment = new_payment()
    stripe_sandbox.pay(payment.key)
    stripe_sandbox.behave(slow=1.0)
    messages = [m for m in stripe_sandbox.take_webhooks() if b"session.completed" in m.body]
    assert deliver(stripe_sandbox, messages=messages) == [503]

    wait_for(lambda: ProviderEvent.objects.exists())

    assert Payment.objects.get().status == "captured"
    stripe_sandbox.behave(slow=0.0)
    provider_calls.reset_slowness()
    assert ProviderEvent.objects.count() == 1


def test_no_call_has_a_transaction_open_or_holds_its_page_for_longer_than_its_patience(
    stripe_sandbox, impatient, monkeypatch
):
    """All calls of a purchase are counted: open the page, come back, and the webhook."""
    waits = []

    def counted(ask, finish, *, patience=None, name=""):
        in_transaction, began = connection.in_atomic_block, time.monotonic()
        try:
            return call_patiently(ask, finish, patience=patience, name=name)
        finally:
            waits.append((in_transaction, time.monotonic() - began))

    monkeypatch.setattr(charges, "call_patiently", counted)
    payment = started()
    stripe_sandbox.behave(slow=3.0)
    with pytest.raises(StillWaiting):
        pay_url(payment, OPTIONS, for_page=True)
    wait_for(lambda: Payment.objects.get().page_url)
    provider_calls.reset_slowness()
    payment.refresh_from_db()
    stripe_sandbox.pay(payment.key)
    with pytest.raises(StillWaiting):
        settle_payment(payment, for_page=True)
    messages = [m for m in stripe_sandbox.take_webhooks() if b"session.completed" in m.body]
    assert deliver(stripe_sandbox, messages=messages) == [503]
    wait_for(lambda: Payment.objects.get().status == "captured")
    assert len(waits) == 3
    assert not any(in_transaction for in_transaction, _seconds in waits)
    assert max(seconds for _in_transaction, seconds in waits) < 1.0  # Not the 3 s of the provider.


def wait_for(condition):
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
