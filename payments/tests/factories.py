"""Payments and charges for tests. Everything that matters to a test, it says itself."""

from decimal import Decimal

from payments.charges import pay_url, start_payment
from payments.models import DemoCharge


def make_payment(**changes):
    """An open payment that the demo bank knows of, as after sending the customer there."""
    details = {
        "purpose": "K7F39QXM",
        "amount": Decimal("45.00"),
        "currency": "EUR",
        "description": "Two tickets",
        "return_url": "/orders/K7F39QXM/",
        **changes,
    }
    payment = start_payment(**details)
    pay_url(payment)
    return payment


def charge_of(payment):
    return DemoCharge.objects.get(key=payment.key)


def paid_at_the_bank(payment, **changes):
    """The bank has taken the money, and has not told us."""
    changes = {"status": DemoCharge.Status.PAID, **changes}
    DemoCharge.objects.filter(key=payment.key).update(**changes)
    return charge_of(payment)
