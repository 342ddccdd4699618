"""What the tests of money share."""

import pytest

from payments.signals import payment_captured, payment_failed, refund_sent


@pytest.fixture(autouse=True)
def only_money_listens():
    """Other rooms do not act on the payments of these tests."""
    signals = (payment_captured, payment_failed, refund_sent)
    listening = [signal.receivers for signal in signals]
    for signal in signals:
        _set_receivers(signal, [])
    yield
    for signal, receivers in zip(signals, listening, strict=True):
        _set_receivers(signal, receivers)


@pytest.fixture
def heard():
    """What was announced, in order: ("captured", payment key), ("refunded", refund key) …"""
    said = []

    def captured(sender, payment, **kwargs):
        said.append(("captured", payment.key))

    def failed(sender, payment, **kwargs):
        said.append(("failed", payment.key))

    def refunded(sender, refund, **kwargs):
        said.append(("refunded", refund.key))

    ears = {payment_captured: captured, payment_failed: failed, refund_sent: refunded}
    for signal, ear in ears.items():
        signal.connect(ear)
    yield said
    for signal, ear in ears.items():
        signal.disconnect(ear)


def _set_receivers(signal, receivers):
    signal.receivers = receivers
    signal.sender_receivers_cache.clear()
