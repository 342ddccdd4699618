"""Orders that are paid through Stripe's SDK at the payments sandbox, for tests of the books."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

from bookings.aftersale.partial_refunds import refund_amount
from bookings.sale.orders import start_order_payment
from bookings.tests.factories import make_hold, make_order, make_sale
from payments.charges import pay_url, settle_payment, update_captured
from payments.models import Payment
from payments.payouts import fetch_payouts
from payments.refunds import send_refunds

DAY = 24 * 3600


def sell_online(sandbox, performance=None, labels=("A1",)):
    """Sell seats to a customer who pays by card; return the order and its payment.

    At the time of the sandbox's clock, which tests advance.
    """
    order = make_order(hold=make_hold(performance=performance or make_sale(), labels=labels))
    payment = start_order_payment(order=order, return_url="https://tickets.example.org/")
    payment.created_at = datetime.fromtimestamp(sandbox.clock.now(), UTC)
    payment.save(update_fields=["created_at"])
    pay_url(payment)
    sandbox.pay(payment.key)
    payment = settle_payment(payment)
    Payment.objects.filter(pk=payment.pk).update(captured_at=payment.created_at)
    order.refresh_from_db()
    return SimpleNamespace(order=order, payment=payment)


def refund(sale, amount, key="k"):
    """Refund a part of an order, and have it sent."""
    refund_amount(
        order=sale.order, amount=Decimal(amount), actor="staff:1", reason="x", request_key=key
    )
    send_refunds()


def dispute(sandbox, sale, *, won=None):
    """Have the payment disputed; decide it where `won` is given."""
    reference = sandbox.dispute(sale.payment.key)
    update_captured(sale.payment)
    if won is not None:
        sandbox.close_dispute(reference, won)
        update_captured(sale.payment)


def pay_out(sandbox):
    """Let the provider pay out all that it has, and fetch the payouts."""
    sandbox.advance(3 * DAY)
    sandbox.make_payouts()
    sandbox.advance(3 * DAY)
    fetch_payouts()
