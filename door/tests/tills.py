"""Open tills, sell and refund at them."""

from decimal import Decimal

from bookings.aftersale.cancellation import cancel_tickets
from bookings.staff_operations.counter_payments import take_payment
from door.sales import DoorSaleRequest, start_sale
from finance.till.sessions import open_till
from payments.models import Refund
from payments.refunds import send_refunds


def opened(cashier, till="Main door", currency="EUR", opening_float="100.00"):
    amount = Decimal(opening_float)
    return open_till(cashier=cashier, till=till, currency=currency, opening_float=amount)


def sell(performance, staff, key="k1", method="cash", quantity=2):
    order = start_sale(
        performance_id=performance.pk, request=DoorSaleRequest(quantity), staff=staff, key=key
    )
    return take_payment(order=order, method=method, staff=staff)


def refund_of(order):
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    send_refunds()
    return Refund.objects.get(payment__purpose=order.reference)
