"""Plain factories of sellers, taxed orders and their documents."""

from decimal import Decimal

from bookings.models import Order
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from finance.documents.issuing import issue_invoice
from finance.till.sessions import open_till
from organisation.models import Seller
from shows.models import Performance, PriceCategory
from shows.terms import clear_cached_terms

DETAILS = {
    "name": "Archer & Söhne GmbH",
    "contact": "",
    "street": "Lange Straße 1",
    "postcode": "80331",
    "city": "München",
    "country": "DE",
    "vat_id": "DE129274202",
}


def make_seller(**fields):
    return Seller.objects.create(
        **{
            "name": f"Konzerthaus {Seller.objects.count()}",
            "address": "Uferstraße 12",
            "postcode": "10115",
            "city": "Berlin",
            "country": "DE",
            "tax_number": "30/123/45678",
            "document_prefix": f"KAS{Seller.objects.count()}",
            **fields,
        }
    )


def make_taxed_sale(*, rate="7", fee_rate="19", exemption="", seller=None, **fields):
    """Make a performance on sale whose tickets, with their fees, are taxed at these rates."""
    performance = make_sale(**fields)
    Performance.objects.get(pk=performance.pk)
    PriceCategory.objects.filter(performance=performance).update(
        tax_rate=Decimal(rate), fee_tax_rate=Decimal(fee_rate), tax_exemption=exemption
    )
    seller = seller or Seller.objects.first() or make_seller()
    type(performance.show).objects.filter(pk=performance.show_id).update(seller=seller)
    clear_cached_terms(performance.pk)
    return Performance.objects.get(pk=performance.pk)


def make_order_to_invoice(performance=None, labels=("A1", "A2"), details=DETAILS):
    """Make a paid order whose customer wants an invoice."""
    order = make_paid_order(
        hold=make_hold(performance=performance or make_taxed_sale(), labels=labels)
    )
    Order.objects.filter(pk=order.pk).update(invoice_details=details)
    order.refresh_from_db()
    return order


def make_invoice(order=None):
    """Issue the invoice of an order and return it."""
    order = order or make_order_to_invoice()
    return issue_invoice(order=order)[0]


def with_till(user, currency="EUR", opening_float=100):
    """Open a till for the member of staff, and return them."""
    till = f"Till {user.pk}"
    open_till(cashier=user, till=till, currency=currency, opening_float=Decimal(opening_float))
    return user
