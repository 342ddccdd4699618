"""Fixtures of the payment tests."""

import pytest
from django.dispatch import Signal

from payments import signals


@pytest.fixture(autouse=True)
def no_other_listeners():
    """Disconnect the listeners of other apps."""
    every = [value for value in vars(signals).values() if isinstance(value, Signal)]
    listening = [signal.receivers for signal in every]
    for signal in every:
        _set_receivers(signal, [])
    yield
    for signal, receivers in zip(every, listening, strict=True):
        _set_receivers(signal, receivers)


@pytest.fixture
def sent_signals():
    """Return the signals sent, in order: ("captured", payment key), ("refunded", refund key) …"""
    log = []

    def note(name, about, field):
        def receive(sender, **arguments):
            log.append((name, getattr(arguments[about], field)))

        return receive

    receivers = {
        signals.payment_captured: note("captured", "payment", "key"),
        signals.payment_failed: note("failed", "payment", "key"),
        signals.payment_pending: note("pending", "payment", "key"),
        signals.refund_sent: note("refunded", "refund", "key"),
        signals.refund_failed: note("refund failed", "refund", "key"),
        signals.refund_found: note("refund found", "refund", "key"),
        signals.refund_withdrawn: note("refund withdrawn", "refund", "key"),
        signals.dispute_opened: note("dispute opened", "dispute", "provider_reference"),
        signals.dispute_changed: note("dispute changed", "dispute", "provider_reference"),
    }
    for signal, receiver in receivers.items():
        signal.connect(receiver, weak=False)
    yield log
    for signal, receiver in receivers.items():
        signal.disconnect(receiver)


def _set_receivers(signal, receivers):
    signal.receivers = receivers
    signal.sender_receivers_cache.clear()
