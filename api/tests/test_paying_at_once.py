"""However many clients pay an order at once, the customer is charged once."""

import pytest

from api.tests.callers import Program
from bookings.tests.factories import make_order
from core.testing.races import race
from payments.models import DemoCharge, Refund

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "the-same-key-for-all"}])
def test_16_concurrent_payments_make_one_charge(settings, headers):
    settings.API_RATE_LIMITS = {**settings.API_RATE_LIMITS, "writes": 1000}
    order = make_order()
    path = f"/orders/{order.reference}/payment?key={order.key}"
    outcomes = race(*[lambda: Program().post(path, {"demo": True}, **headers)] * 16)
    assert all(outcome.error is None for outcome in outcomes)
    answers = {outcome.result.status_code for outcome in outcomes}
    assert answers <= {200, 409}
    assert 200 in answers
    assert DemoCharge.objects.filter(status=DemoCharge.Status.PAID).count() == 1
    assert Refund.objects.count() == 0
