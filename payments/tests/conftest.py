"""What the tests of money share."""

import pytest

from payments.signals import payment_captured, payment_failed, refund_sent


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
