"""Factories of payments and charges."""

from decimal import Decimal

from payments.charges import pay_url, start_payment
from payments.models import DemoCharge


def make_payment(**changes):
    """Return an open payment with its charge, as after redirecting the customer to the bank."""
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
    """Mark the charge as paid without a webhook; return it."""
    changes = {"status": DemoCharge.Status.PAID, **changes}
    DemoCharge.objects.filter(key=payment.key).update(**changes)
    return charge_of(payment)
