"""Further fields of the checkout form, in the export of orders."""

import pytest

from bookings import checkout_fields
from bookings.checkout_fields import CheckoutField
from bookings.models import Order
from bookings.tests.factories import make_order
from exports.sheets import SHEETS, table_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("with_contacts", [True, False])
def test_they_are_exported_with_the_contact_details(monkeypatch, with_contacts):
    phone = CheckoutField(name="phone", label="Phone number")
    monkeypatch.setattr(checkout_fields, "CHECKOUT_FIELDS", [phone])
    Order.objects.filter(pk=make_order().pk).update(details={"phone": "123"})
    rows = table_of(SHEETS["orders"], Order.objects.all(), with_contacts=with_contacts)
    cells = [cell for row in rows for cell in row]
    assert ("Phone number: 123" in cells) == with_contacts
