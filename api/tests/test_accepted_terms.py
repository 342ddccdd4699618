"""The API says which version of the terms of sale was accepted with an order."""

import pytest

from api.routes.orders import order_detail
from bookings.models import Order
from bookings.tests.factories import make_paid_order
from organisation.models import LegalText

pytestmark = pytest.mark.django_db


def test_it_is_the_url_of_the_version():
    order = make_paid_order()
    assert order_detail(order)["accepted_terms"] is None
    text = LegalText.objects.of("terms", "en").get()
    Order.objects.filter(pk=order.pk).update(accepted_terms=text)
    order.refresh_from_db()
    assert order_detail(order)["accepted_terms"].endswith("/legal/terms/en/1/")
