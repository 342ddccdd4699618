"""Random steps of the sale: the audit finds nothing after any of them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.partial_refunds import refund_amount
from bookings.ledger.audit import audit
from bookings.models import Hold, LedgerEntry, Order, Place
from bookings.sale.holds import extend_hold, hold_seats, hold_standing
from bookings.sale.orders import place_order, start_order_payment
from bookings.sale.quotes import quote_hold
from bookings.sale.release import release_hold, release_places, sweep_lapsed_holds
from bookings.staff_operations.blocking import block_places, unblock_places
from core.exceptions import Refused
from core.testing.truncation import empty_tables
from payments.charges import pay_url, settle_payment
from payments.models import DemoCharge, Payment, Refund
from payments.refunds import send_refunds
from shows.terms import clear_cached_terms
from venues.models import Venue, VenueFees

from .factories import (
    age_hold,
    make_customer,
    make_hold,
    make_paid_order,
    make_sale,
    seated,
    seats_of,
    section_of,
    standing,
)

pytestmark = pytest.mark.django_db(transaction=True)

numbers = st.integers(min_value=0, max_value=50)


class Sale(RuleBasedStateMachine):
    """Three customers and the staff at a performance of six seats and five standing places."""

    @initialize()
    def open(self):
        sections = [seated(rows=1, seats=6), standing(capacity=5)]
        self.performance = make_sale(
            sections=sections,
            customer_limit=4,
            keep_order_fee=False,
            prices={"Regular": (45, 5), "Standing": (30, 2)},
        )
        Venue.objects.update(tax_rate=7, fee_tax_rate=19)
        VenueFees.objects.create(venue=self.performance.venue, channel="web", order_fee="1.50")
        clear_cached_terms()
        self.seats = seats_of(self.performance)
        self.floor = section_of(self.performance, "Floor").pk
        self.customers = [make_customer() for _ in range(3)]
        # Random steps rarely pay an order: this one can be cancelled and refunded from the start.
        first = make_hold(
            performance=self.performance, labels=["A1", "A2"], customer=self.customers[0]
        )
        make_paid_order(hold=first, email="0@example.org")

    @rule(who=numbers, chosen=st.sets(st.integers(0, 5), min_size=1, max_size=3))
    def hold(self, who, chosen):
        self.run_or_refuse(
            hold_seats,
            performance_id=self.performance.pk,
            seat_ids=[self.seats[number] for number in sorted(chosen)],
            customer=self.choose(self.customers, who),
        )

    @rule(who=numbers, quantity=st.integers(1, 5))
    def hold_floor(self, who, quantity):
        self.run_or_refuse(
            hold_standing,
            performance_id=self.performance.pk,
            section_id=self.floor,
            quantity=quantity,
            customer=self.choose(self.customers, who),
        )

    @rule(which=numbers)
    def extend(self, which):
        self.on(Hold, which, lambda hold: extend_hold(hold=hold, actor="test"))

    @rule(which=numbers)
    def release(self, which):
        self.on(Hold, which, lambda hold: release_hold(hold=hold, actor="test"))

    @rule(which=numbers, place=numbers)
    def release_one(self, which, place):
        def release(hold):
            held = list(Place.objects.held_by(hold))
            if held:
                ids = [self.choose(held, place).pk]
                release_places(hold=hold, place_ids=ids, actor="test")

        self.on(Hold, which, release)

    @rule(which=numbers)
    def expire(self, which):
        self.on(Hold, which, lambda hold: age_hold(hold, minutes=15))

    @rule()
    def sweep(self):
        sweep_lapsed_holds()

    @rule(which=numbers, who=st.integers(0, 1))
    def buy(self, which, who):
        def buy(hold):
            place_order(
                hold=hold,
                quote_token=quote_hold(hold).token,
                customer=next(c for c in self.customers if c.visitor == hold.visitor),
                email=f"{who}@example.org",
                name="Buyer",
            )

        self.on(Hold, which, buy)

    @rule(fee=st.sampled_from(["0.00", "1.50", "2.50"]), rate=st.sampled_from([0, 7, 19]))
    def change_fee_and_rate(self, fee, rate):
        VenueFees.objects.update(order_fee=fee)
        Venue.objects.update(tax_rate=rate)
        clear_cached_terms()

    @rule(which=numbers)
    def start_paying(self, which):
        def start(order):
            if not order.is_confirmed:
                pay_url(start_order_payment(order=order, return_url="/"))

        self.on(Order, which, start)

    @rule(which=numbers, outcome=st.sampled_from(["paid", "declined"]))
    def provider_decides(self, which, outcome):
        def resolve(charge):
            DemoCharge.objects.filter(pk=charge.pk, status="open").update(status=outcome)

        self.on(DemoCharge, which, resolve)

    @rule(which=numbers)
    def settle(self, which):
        self.on(Payment, which, settle_payment)

    @rule(which=numbers, ticket=numbers, whole=st.booleans(), staff=st.booleans())
    def cancel(self, which, ticket, whole, staff):
        def cancel(order):
            tickets = [t.pk for t in order.tickets.order_by("pk")]
            chosen = None if whole or not tickets else [self.choose(tickets, ticket)]
            cancel_tickets(order=order, actor="test", ticket_ids=chosen, by_staff=staff)

        self.on(Order, which, cancel)

    @rule(which=numbers, amount=st.sampled_from(["0.01", "10.00", "45.00"]), key=numbers)
    def refund_part(self, which, amount, key):
        def refund(order):
            refund_amount(
                order=order,
                amount=Decimal(amount),
                actor="test",
                reason="Goodwill",
                request_key=str(key),
            )

        self.on(Order, which, refund)

    @rule(which=numbers)
    def block(self, which):
        place = self.choose(self.places(), which)
        self.run_or_refuse(
            block_places, performance=self.performance, place_ids=[place.pk], actor="staff"
        )

    @rule(which=numbers)
    def unblock(self, which):
        place = self.choose(self.places(), which)
        unblock_places(performance=self.performance, place_ids=[place.pk], actor="staff")

    @rule()
    def refund(self):
        send_refunds()

    @invariant()
    def assert_audit_is_clean(self):
        assert audit() == []

    @invariant()
    def money_adds_up(self):
        """What was captured is what the log says was paid, and refunds are part of it."""
        captured = sum(Payment.objects.captured().values_list("amount", flat=True))
        refunded = sum(Refund.objects.values_list("amount", flat=True))
        logged = {
            kind: sum(LedgerEntry.objects.filter(kind=kind).values_list("amount", flat=True))
            for kind in ("payment", "refund")
        }
        assert logged == {"payment": captured, "refund": -refunded}
        for payment in Payment.objects.captured():
            assert 0 <= payment.refunds.total() <= payment.amount

    @invariant()
    def no_customer_has_more_than_the_limit(self):
        for number in range(2):
            orders = Order.objects.counting().filter(email=f"{number}@example.org")
            own_places = orders.filter(performance=self.performance)
            assert sum(own_places.values_list("quantity", flat=True)) <= 4

    def places(self):
        return list(Place.objects.filter(performance=self.performance).order_by("pk"))

    def on(self, model, which, action):
        """Run the action on one of the performance's rows, if there is one."""
        rows = list(model.objects.order_by("pk"))
        if rows:
            self.run_or_refuse(action, self.choose(rows, which))

    def run_or_refuse(self, action, *args, **kwargs):
        with suppress(Refused):
            action(*args, **kwargs)

    def choose(self, items, number):
        return items[number % len(items)]

    def teardown(self):
        empty_tables()  # Primary keys are not reset, because plans are cached by them.


def test_every_rule_holds_after_every_step():
    run_state_machine_as_test(
        Sale,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            # Shrinking an example of thirty steps takes minutes and is hardly needed.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
