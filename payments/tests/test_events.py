"""Provider events: repeated, concurrent, out of order, forged, about unknown payments."""

import threading
import time
from contextlib import contextmanager
from decimal import Decimal

import pytest

from core.testing.races import losers, race, winners
from payments import charges
from payments.charges import receive_event, settle_payment
from payments.exceptions import InvalidEvent, UnknownPayment, WrongAmount
from payments.models import DemoCharge, Payment, ProviderEvent
from payments.providers import Event
from payments.providers.demo import bank, signing
from payments.signals import payment_captured
from payments.webhooks import receive_webhook

from .factories import charge_of, make_payment, paid_at_the_bank

pytestmark = pytest.mark.django_db(transaction=True)


def event_about(payment, event_id="evt-1", kind="charge.paid"):
    event = Event(event_id=event_id, kind=kind, key=payment.key, body={"id": event_id})
    return {"provider": "demo", "event": event}


def test_it_applies_an_event_and_keeps_it(sent_signals):
    payment = make_payment()
    paid_at_the_bank(payment)

    assert receive_event(**event_about(payment)) is True

    event = ProviderEvent.objects.get()
    assert (event.payment, event.outcome, event.kind) == (payment, "captured", "charge.paid")
    assert sent_signals == [("captured", payment.key)]


def test_it_acknowledges_a_repeat_and_does_nothing_more(sent_signals):
    payment = make_payment()
    paid_at_the_bank(payment)

    assert receive_event(**event_about(payment)) is True
    assert receive_event(**event_about(payment)) is False

    assert ProviderEvent.objects.count() == 1
    assert sent_signals == [("captured", payment.key)]


def test_fifty_at_once_are_applied_once(sent_signals):
    payment = make_payment()
    paid_at_the_bank(payment)

    outcomes = race(*[lambda: receive_event(**event_about(payment)) for _ in range(50)])

    assert losers(outcomes, ()) == []
    assert winners(outcomes).count(True) == 1
    assert sent_signals == [("captured", payment.key)]


def test_many_different_events_at_once_capture_once(sent_signals):
    payment = make_payment()
    paid_at_the_bank(payment)

    outcomes = race(
        *[lambda n=n: receive_event(**event_about(payment, f"evt-{n}")) for n in range(16)],
        *[lambda: settle_payment(Payment.objects.get(pk=payment.pk)) for _ in range(16)],
    )

    assert losers(outcomes, ()) == []
    assert ProviderEvent.objects.count() == 16
    assert sent_signals == [("captured", payment.key)]


def test_without_the_lock_two_events_capture_twice(sent_signals, monkeypatch):
    """The control: reading the status first is not enough by itself."""
    payment = make_payment()
    paid_at_the_bank(payment)
    monkeypatch.setattr("payments.statements.LOCKED", "WHERE id = %(pk)s")

    with everyone_reads_before_anyone_writes(monkeypatch, parties=2):
        race(
            lambda: receive_event(**event_about(payment, "evt-1")),
            lambda: receive_event(**event_about(payment, "evt-2")),
        )

    assert sent_signals == [("captured", payment.key)] * 2


def test_without_stored_events_a_repeat_counts_as_new(monkeypatch):
    """The control: it is the inbox that knows a repeat."""
    payment = make_payment()
    paid_at_the_bank(payment)
    monkeypatch.setattr("payments.querysets.ProviderEventQuerySet.record", lambda self, **e: True)

    assert receive_event(**event_about(payment)) is True
    assert receive_event(**event_about(payment)) is True


def test_events_in_the_wrong_order_come_to_the_same_end(sent_signals):
    payment = make_payment()
    paid_at_the_bank(payment)

    receive_event(**event_about(payment, "evt-2", "charge.paid"))
    receive_event(**event_about(payment, "evt-1", "charge.declined"))
    receive_event(**event_about(payment, "evt-0", "charge.created"))

    payment.refresh_from_db()
    assert payment.status == "captured"
    assert sent_signals == [("captured", payment.key)]


def test_a_failure_that_turns_into_a_payment_is_captured(sent_signals):
    payment = make_payment()
    paid_at_the_bank(payment, status=DemoCharge.Status.DECLINED)
    receive_event(**event_about(payment, "evt-1", "charge.declined"))
    paid_at_the_bank(payment)
    receive_event(**event_about(payment, "evt-2", "charge.paid"))

    assert sent_signals == [("failed", payment.key), ("captured", payment.key)]


def test_it_ignores_an_event_that_the_provider_does_not_confirm(sent_signals):
    payment = make_payment()

    receive_event(**event_about(payment, kind="charge.paid"))

    payment.refresh_from_db()
    assert payment.status == "open"
    assert sent_signals == []


def test_it_can_come_again_after_a_listener_raised(sent_signals):
    def refuse(sender, payment, **kwargs):
        raise RuntimeError("The listener cannot write its rows.")

    payment = make_payment()
    paid_at_the_bank(payment)
    payment_captured.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            receive_event(**event_about(payment))
    finally:
        payment_captured.disconnect(refuse)
    assert not ProviderEvent.objects.exists()
    sent_signals.clear()

    assert receive_event(**event_about(payment)) is True
    assert sent_signals == [("captured", payment.key)]


def test_it_refuses_a_wrong_amount_and_writes_that_down(sent_signals, caplog):
    payment = make_payment()
    paid_at_the_bank(payment, amount=Decimal("0.45"))

    with pytest.raises(WrongAmount):
        receive_event(**event_about(payment))

    payment.refresh_from_db()
    assert payment.status == "open"
    assert ProviderEvent.objects.get().outcome == "refused: wrong amount"
    assert "0.45 EUR" in caplog.text
    assert sent_signals == []


def test_it_refuses_a_payment_that_is_not_ours_and_writes_that_down(sent_signals, caplog):
    make_payment()

    with pytest.raises(UnknownPayment):
        receive_event(provider="demo", event=Event("evt-1", "charge.paid", key="stranger"))

    event = ProviderEvent.objects.get()
    assert (event.payment, event.outcome) == (None, "refused: unknown payment")
    assert "stranger" in caplog.text
    assert sent_signals == []


def test_another_providers_event_is_not_about_our_payment():
    payment = make_payment()
    with pytest.raises(UnknownPayment):
        receive_event(**{**event_about(payment), "provider": "other"})


def test_a_forged_webhook_is_refused():
    payment = make_payment()
    body = bank.webhook_body(charge_of(payment))
    signature = signing.sign(body)
    for forged in ("", "t=1", "t=x,v1=y", signature[:-1], signature.replace("t=", "t=1")):
        with pytest.raises(InvalidEvent):
            receive_webhook(provider="demo", headers={signing.HEADER: forged}, body=body)
    changed = body.replace(b"45.00", b"00.45")
    with pytest.raises(InvalidEvent):
        receive_webhook(provider="demo", headers={signing.HEADER: signature}, body=changed)
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize("seconds", [-signing.TOLERANCE - 2, signing.TOLERANCE + 2])
def test_a_replay_after_the_tolerance_is_refused(seconds):
    payment = make_payment()
    body = bank.webhook_body(paid_at_the_bank(payment))
    headers = {signing.HEADER: signing.sign(body, at=int(time.time()) - seconds)}

    with pytest.raises(InvalidEvent):
        receive_webhook(provider="demo", headers=headers, body=body)


def test_a_replay_within_the_tolerance_is_only_a_repeat(sent_signals):
    payment = make_payment()
    body = bank.webhook_body(paid_at_the_bank(payment))
    headers = {signing.HEADER: signing.sign(body)}

    assert receive_webhook(provider="demo", headers=headers, body=body) is True
    assert receive_webhook(provider="demo", headers=headers, body=body) is False
    assert sent_signals == [("captured", payment.key)]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"id": 1}', b"null"])
def test_a_signed_but_malformed_webhook_is_refused(body):
    with pytest.raises(InvalidEvent):
        receive_webhook(provider="demo", headers={signing.HEADER: signing.sign(body)}, body=body)


@contextmanager
def everyone_reads_before_anyone_writes(monkeypatch, parties):
    together, original = threading.Barrier(parties), charges.lock_payment

    def read_together(pk):
        payment = original(pk)
        together.wait(30)
        return payment

    with monkeypatch.context() as patched:
        patched.setattr(charges, "lock_payment", read_together)
        yield
