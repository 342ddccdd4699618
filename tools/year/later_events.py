"""What happens to orders later: cancellations, refunds that fail, disputes."""

import random
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.partial_refunds import refund_amount
from bookings.models import Order
from payments.charges import update_captured
from payments.models import Dispute, Payment, Refund
from payments.refunds import record_manual_refund, send_refunds, withdraw_refund
from tools.payments_sandbox.sandbox import Sandbox

from .sales import Sales

# How many of a thousand orders each of these happens to.
SHARES = {
    "cancelled": 45,
    "partly cancelled": 15,
    "goodwill": 10,
    "dashboard refund": 4,
    "failing refund": 3,
    "dispute": 8,
}
IN_PERSON = ["cash", "terminal", "transfer"]
ONLINE = {"card", "card_3ds", "ideal", "sepa", "mollie"}


@dataclass
class LaterEvents:
    """What customers and banks do with orders that were paid."""

    sales: Sales
    sandbox: Sandbox
    chance: random.Random
    # Disputes that the bank has not decided, and refunds that are going to fail.
    disputes: list[tuple[Payment, str]] = field(default_factory=list)
    failing: list[Refund] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def make_due(self, orders: int) -> None:
        """Make as many of them as are due after so many orders."""
        for what, share in SHARES.items():
            for _number in range(self._times(orders * share / 1000)):
                found = self._pick(online=what in ("dashboard refund", "failing refund", "dispute"))
                if found is not None:
                    getattr(self, f"_{what.replace(' ', '_')}")(found)
                    self.counts[what] = self.counts.get(what, 0) + 1
        send_refunds(batch=1000)
        self._pay_out_by_hand()

    def decide(self) -> None:
        """Decide what is open: disputes, won or lost, and refunds that fail days later."""
        for payment, reference in self.disputes:
            self.sandbox.close_dispute(reference, won=self.chance.random() < 0.4)
            update_captured(payment)
        self.disputes = []
        for refund in self.failing:
            refund.refresh_from_db()
            if refund.status == Refund.Status.SENT:
                self.sandbox.settle_refund(refund.provider_reference, succeeds=False)
                update_captured(refund.payment)
                refund.refresh_from_db()
            if refund.status == Refund.Status.FAILED:
                self._act_on(refund)
        self.failing = []
        self._settle_sent()

    def _cancelled(self, order: Order) -> None:
        cancel_tickets(order=order, actor="staff:1", by_staff=True)

    def _partly_cancelled(self, order: Order) -> None:
        ticket = order.tickets.valid().order_by("pk").first()
        if ticket is not None:
            cancel_tickets(order=order, ticket_ids=[ticket.pk], actor="staff:1", by_staff=True)

    def _goodwill(self, order: Order) -> None:
        refund_amount(
            order=order,
            amount=Decimal(self.chance.randint(100, 900)) / 100,
            actor="staff:1",
            reason="The bar was closed",
            request_key="goodwill",
        )

    def _dashboard_refund(self, order: Order) -> None:
        payment = self._payment(order)
        self.sandbox.refund(payment.key, self.chance.randint(100, 900))
        update_captured(payment)

    def _failing_refund(self, order: Order) -> None:
        payment = self._payment(order)
        settings.PAYMENT_PROVIDER = payment.provider
        refund_amount(
            order=order,
            amount=Decimal("5.55"),
            actor="staff:1",
            reason="To a closed card",
            request_key="fails",
        )
        self.failing.append(payment.refunds.latest("pk"))

    def _dispute(self, order: Order) -> None:
        payment = self._payment(order)
        self.disputes.append((payment, self.sandbox.dispute(payment.key)))
        update_captured(payment)
        assert Dispute.objects.filter(payment=payment).exists()

    def _settle_sent(self) -> None:
        """Ask about refunds whose outcome is not known, as the task does once a day."""
        sent = Refund.objects.filter(status="sent").exclude(payment__provider__in=IN_PERSON)
        for payment in {refund.payment for refund in sent.select_related("payment")[:500]}:
            update_captured(payment)

    def _act_on(self, refund: Refund) -> None:
        """Do with a failed refund what staff do: pay it out in another way, or withdraw it."""
        if self.chance.random() < 0.5:
            record_manual_refund(refund, by="staff:1")
        else:
            withdraw_refund(refund)

    def _pay_out_by_hand(self) -> None:
        """Pay out what was taken by hand, as the task on the dashboard asks for."""
        by_hand = Refund.objects.failed().exclude(payment__taken_by="")
        for refund in by_hand.select_related("payment").order_by("pk"):
            record_manual_refund(refund, by=f"staff:{self.sales.cashier.pk}")

    def _pick(self, *, online: bool) -> Order | None:
        """Take an order that nothing has happened to; one with a confirmed payment."""
        paid = self.sales.paid
        for _attempt in range(20):
            if not paid:
                return None
            number = self.chance.randrange(len(paid))
            order, way = paid[number]
            if online and way not in ONLINE:
                continue
            paid[number] = paid[-1]
            paid.pop()
            order = Order.objects.get(pk=order.pk)
            if order.status == Order.Status.PAID:
                return order
        return None

    def _payment(self, order: Order) -> Payment:
        return Payment.objects.captured().get(purpose=order.reference)

    def _times(self, expected: float) -> int:
        whole = int(expected)
        return whole + (self.chance.random() < expected - whole)
