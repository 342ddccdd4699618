"""Sell tickets by every method, as customers and staff do."""

import random
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from bookings.models import Order
from bookings.sale.customers import Customer
from bookings.sale.holds import hold_seats
from bookings.sale.orders import place_order, start_order_payment
from bookings.sale.quotes import quote_hold
from bookings.sale.release import release_hold
from bookings.sale.reservations import reserve_order
from bookings.staff_operations.counter_payments import take_payment
from organisation.models import Channel
from payments.charges import pay_url, settle_payment
from payments.models import Payment
from tools.payments_sandbox.sandbox import Sandbox

from .bank import BankAccount
from .clock import SimulatedTime
from .programme import Seats

# How many of a hundred orders are paid in which way.
SHARES = {
    "card": 44,
    "card_3ds": 8,
    "ideal": 6,
    "sepa": 4,
    "sepa_fails": 1,
    "card_declined": 3,
    "mollie": 12,
    "cash": 9,
    "terminal": 6,
    "transfer": 7,
}
DETAILS = {
    "name": "Archer & Söhne GmbH",
    "contact": "",
    "street": "Lange Straße 1",
    "postcode": "80331",
    "city": "München",
    "country": "DE",
    "vat_id": "",
}


@dataclass
class Sales:
    """What has been sold so far."""

    sandbox: Sandbox
    time: SimulatedTime
    account: BankAccount
    cashier: User
    chance: random.Random
    # Paid orders that nothing has happened to since, with how they were paid.
    paid: list[tuple[Order, str]] = field(default_factory=list)
    pending: list[tuple[Order, Payment, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def sell(self, seats: Seats) -> None:
        """Sell one to four tickets, in one of the ways by chance."""
        way = self.chance.choices(list(SHARES), list(SHARES.values()))[0]
        order = self._order(seats, way)
        if way in ("cash", "terminal"):
            take_payment(order=order, method=way, staff=self.cashier)
            self._note(order, way)
        elif way == "transfer":
            self._transfer(order)
        else:
            self._pay_online(order, way)

    def settle_pending(self) -> None:
        """Ask about delayed payments whose outcome is known by now."""
        still = []
        for order, payment, way in self.pending:
            settled = settle_payment(payment)
            if settled.is_unfinished:
                still.append((order, settled, way))
            elif settled.status == Payment.Status.CAPTURED:
                self._note(order, way)
            else:
                release_hold(hold=order.hold, actor="year")
        self.pending = still

    def _order(self, seats: Seats, way: str) -> Order:
        at_counter = way in ("cash", "terminal")
        customer = Customer(
            visitor=f"year-{secrets.token_urlsafe(8)}",
            pays_online=not at_counter,
            channel=Channel.COUNTER if at_counter else Channel.WEB,
        )
        held = hold_seats(
            performance_id=seats.performance.pk,
            seat_ids=seats.take(self.chance.randint(1, 4)),
            customer=customer,
            enforce_limits=False,
        )
        number = sum(self.counts.values())
        order = place_order(
            hold=held.hold,
            quote_token=quote_hold(held.hold).token,
            customer=customer,
            enforce_limits=False,
            email=f"customer{number}@example.org",
            name=f"Customer {number}",
        )
        self.counts[way] = self.counts.get(way, 0) + 1
        if number % 50 == 0:
            Order.objects.filter(pk=order.pk).update(invoice_details=DETAILS)
        return order

    def _pay_online(self, order: Order, way: str) -> None:
        settings.PAYMENT_PROVIDER = "mollie" if way == "mollie" else "stripe"
        payment = start_order_payment(order=order, return_url="https://tickets.example.org/")
        # Stripe's page expires two hours after this, by the provider's clock.
        payment.created_at = self.time.now()
        Payment.objects.filter(pk=payment.pk).update(created_at=payment.created_at)
        pay_url(payment)
        instrument = "card" if way == "mollie" else way
        if self.sandbox.pay(payment.key, instrument) == "challenge":
            self.sandbox.answer_challenge(payment.key)
        settled = settle_payment(payment)
        if settled.status == Payment.Status.PENDING:
            self.pending.append((order, settled, way))
        elif settled.status == Payment.Status.CAPTURED:
            self._note(order, way)
        else:
            release_hold(hold=order.hold, actor="year")

    def _transfer(self, order: Order) -> None:
        until = timezone.now() + timedelta(days=14)
        reserve_order(order=order, payable_until=until, actor=f"staff:{self.cashier.pk}")
        self.account.receive(
            amount=order.total,
            currency=order.currency,
            text=f"Tickets {order.reference}",
            payer=order.name,
            on=self.time.today(),
        )
        self.paid.append((order, "transfer"))

    def _note(self, order: Order, way: str) -> None:
        self.paid.append((order, way))
