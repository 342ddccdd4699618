"""Create many paid orders by bulk inserts, for tests of operations on all orders."""

from django.utils import timezone

from bookings.ledger.recording import entry, record_all
from bookings.models import Hold, LedgerEntry, Order, Place, Ticket
from emails.models import OutboxEmail
from payments.models import DemoCharge, Payment
from shows.tests.factories import seated

from .factories import make_sale


def make_paid_orders(number):
    """Return a performance with `number` paid orders of one seat each, as after a sale."""
    rows = -(-number // 50)
    performance = make_sale(sections=[seated(rows=rows, seats=50)])
    places = list(Place.objects.filter(performance=performance).order_by("pk")[:number])
    now = timezone.now()
    holds = Hold.objects.bulk_create(
        Hold(performance=performance, visitor=f"bulk{n}", status="bought", expires_at=now)
        for n in range(number)
    )
    orders = Order.objects.bulk_create(
        Order(
            performance=performance,
            hold=hold,
            visitor=hold.visitor,
            email=f"fan{n}@example.org",
            name=f"Fan {n}",
            status="paid",
            paid_at=now,
            currency="EUR",
            total="45.00",
            quantity=1,
            quote=[{"place": place.pk, "price": "45.00", "label": str(place)}],
        )
        for n, (hold, place) in enumerate(zip(holds, places, strict=True))
    )
    _tickets(performance, orders, places)
    payments = _money(orders, now)
    _write_ledger(performance, orders, places, payments)
    return performance


def _tickets(performance, orders, places):
    Ticket.objects.bulk_create(
        Ticket(
            order=order,
            performance=performance,
            place=place,
            label=str(place),
            category="Regular",
            price="45.00",
            fee="2.50",
        )
        for order, place in zip(orders, places, strict=True)
    )
    sold = [place.pk for place in places]
    Place.objects.filter(pk__in=sold).update(state="sold", hold=None, held_until=None)


def _money(orders, now):
    same = {"amount": "45.00", "currency": "EUR", "description": "Seat", "return_url": "/"}
    payments = Payment.objects.bulk_create(
        Payment(
            purpose=order.reference,
            provider="demo",
            status="captured",
            captured_at=now,
            **same,
        )
        for order in orders
    )
    DemoCharge.objects.bulk_create(
        DemoCharge(key=payment.key, status="paid", **same) for payment in payments
    )
    return payments


def _write_ledger(performance, orders, places, payments):
    common = {"performance_id": performance.pk, "amount": "45.00", "currency": "EUR"}
    for kind in (LedgerEntry.Kind.PAYMENT, LedgerEntry.Kind.SALE):
        record_all(
            *(
                entry(
                    kind,
                    actor="demo",
                    hold=order.hold_id,
                    order=order.reference,
                    places=[place.pk] if kind == LedgerEntry.Kind.SALE else [],
                    detail={"payment": payment.key} if kind == LedgerEntry.Kind.PAYMENT else {},
                    **common,
                )
                for order, place, payment in zip(orders, places, payments, strict=True)
            )
        )
    OutboxEmail.objects.bulk_create(
        OutboxEmail(
            kind="order_confirmation",
            key=f"confirmation:{order.reference}",
            to=order.email,
            about={"order": order.reference},
            state="sent",
            rendered_at=order.paid_at,
            sent_at=order.paid_at,
        )
        for order in orders
    )
