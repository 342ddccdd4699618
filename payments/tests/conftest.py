"""Fixtures of the payment tests."""

import pytest

from payments.signals import payment_captured, payment_failed, refund_sent


@pytest.fixture(autouse=True)
def no_other_listeners():
    """Disconnect the listeners of other apps."""
    signals = (payment_captured, payment_failed, refund_sent)
    listening = [signal.receivers for signal in signals]
    for signal in signals:
        _set_receivers(signal, [])
    yield
    for signal, receivers in zip(signals, listening, strict=True):
        _set_receivers(signal, receivers)


@pytest.fixture
def sent_signals():
    """Return the signals sent, in order: ("captured", payment key), ("refunded", refund key) …"""
    sent = []

    def captured(sender, payment, **kwargs):
        sent.append(("captured", payment.key))

    def failed(sender, payment, **kwargs):
        sent.append(("failed", payment.key))

    def refunded(sender, refund, **kwargs):
        sent.append(("refunded", refund.key))

    receivers = {payment_captured: captured, payment_failed: failed, refund_sent: refunded}
    for signal, receiver in receivers.items():
        signal.connect(receiver)
    yield sent
    for signal, receiver in receivers.items():
        signal.disconnect(receiver)


def _set_receivers(signal, receivers):
    signal.receivers = receivers
    signal.sender_receivers_cache.clear()
