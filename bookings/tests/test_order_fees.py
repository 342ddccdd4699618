"""Fees by ticket and by order, by sales channel."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError

from bookings.aftersale import cancellation
from bookings.aftersale.cancellation import cancel_tickets
from bookings.exceptions import QuoteChanged
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order
from bookings.sale.customers import Customer
from bookings.sale.order_tax import tax_lines
from bookings.sale.orders import place_order
from bookings.sale.quotes import quote_hold
from bookings.staff_operations.comps import issue_comps
from bookings.staff_operations.performance_cancellation import (
    cancel_performance,
    refund_cancelled_performances,
)
from core.tax import TaxLine
from core.testing.races import meet_after, race, winners
from organisation.models import Channel
from organisation.tests.factories import make_seller
from payments.models import Refund
from shows.models import Performance, PerformanceFees, PriceCategory, Show
from shows.terms import clear_cached_terms, terms_of
from venues.models import Venue, VenueFees

from .factories import make_customer, make_hold, make_order, make_paid_order, make_sale, pay

pytestmark = pytest.mark.django_db(transaction=True)

FEE = Decimal("1.50")


def set_fees(performance, channel="web", **fees):
    PerformanceFees.objects.update_or_create(
        performance=performance, channel=channel, defaults=fees
    )
    clear_cached_terms()


@pytest.fixture
def sale():
    performance = make_sale(concessions={"Free": 100})
    set_fees(performance, order_fee=FEE)
    return performance


def hold_in(performance, channel):
    customer = replace(make_customer(), channel=channel)
    return make_hold(performance=performance, customer=customer)


class TestQuote:
    def test_the_order_fee_is_added_once(self, sale):
        quote = quote_hold(make_hold(performance=sale))
        assert (quote.order_fee, quote.total) == (FEE, Decimal("91.50"))

    def test_free_orders_carry_none(self, sale):
        PriceCategory.objects.update(price=0, fee=0)
        clear_cached_terms()
        quote = quote_hold(make_hold(performance=sale))
        assert (quote.order_fee, quote.total) == (0, 0)

    def test_comps_carry_none(self, sale):
        place = sale.places.first()
        order = issue_comps(
            performance=sale,
            place_ids=[place.pk],
            name="Alice",
            email="",
            actor="test",
            reason="Press",
            request_key="1",
        )
        assert (order.total, order.order_fee) == (0, 0)

    def test_each_channel_has_its_own_fees(self, sale):
        set_fees(sale, "counter", ticket_fee=Decimal(0), order_fee=Decimal(0))
        set_fees(sale, "phone", ticket_fee=Decimal(7), order_fee=Decimal(2))
        prices = {}
        for channel in Channel:
            quote = quote_hold(hold_in_rows(sale, channel))
            line = quote.lines[0]
            prices[channel.value] = (line.price, line.fee, quote.order_fee)
        assert prices == {
            "web": (45, 5, FEE),
            "phone": (47, 7, 2),
            "counter": (40, 0, 0),
            "door": (45, 5, 0),
            "api": (45, 5, 0),
        }

    def test_a_performance_replaces_the_fees_of_its_venue(self, sale):
        VenueFees.objects.create(venue=sale.venue, channel="web", order_fee=3)
        VenueFees.objects.create(venue=sale.venue, channel="api", order_fee=4)
        terms = terms_of(sale.pk, fresh=True)
        assert terms.order_fee_in("web") == FEE
        assert terms.order_fee_in("api") == 4

    def test_a_free_ticket_stays_free_in_every_channel(self, sale):
        set_fees(sale, "phone", ticket_fee=Decimal(7))
        PriceCategory.objects.update(price=0, fee=0)
        category = PriceCategory.objects.get().pk
        assert terms_of(sale.pk, fresh=True).price_of(category, None, "phone") == (0, 0)

    def test_fees_are_in_the_currencys_own_decimals(self, sale):
        Performance.objects.update(currency="JPY")
        assert terms_of(sale.pk, fresh=True).order_fee_in("web") == 2

    def test_it_costs_no_query(self, sale, django_assert_num_queries):
        Show.objects.update(seller=make_seller())
        with django_assert_num_queries(3):
            assert terms_of(sale.pk, fresh=True).order_fee_in("web") == FEE


def hold_in_rows(performance, channel):
    row = "ABCDE"[list(Channel).index(channel)]
    customer = replace(make_customer(), channel=channel)
    return make_hold(performance=performance, customer=customer, labels=[f"{row}1", f"{row}2"])


class TestSale:
    def test_the_order_keeps_the_fee_and_its_channel(self, sale):
        order = make_paid_order(hold=hold_in(sale, Channel.WEB))
        assert (order.total, order.order_fee, order.channel) == (Decimal("91.50"), FEE, "web")
        set_fees(sale, order_fee=Decimal(9))
        order.refresh_from_db()
        assert order.order_fee == FEE
        assert not audit()

    def test_the_log_accounts_for_the_sale(self, sale):
        Venue.objects.update(tax_rate=7, fee_tax_rate=19)
        clear_cached_terms()
        order = make_paid_order(performance=sale)
        detail = LedgerEntry.objects.get(kind="sale").detail
        assert detail["channel"] == "web"
        assert (detail["order_fee"], detail["order_fee_tax"]) == ("1.50", ["0", "19", ""])
        assert detail["lines"][0] == {
            "place": order.tickets.order_by("place_id").first().place_id,
            "category": "Regular",
            "concession": "",
            "price": "45.00",
            "fee": "5.00",
            "tax": ["7", "19", ""],
        }

    def test_a_fee_that_changed_since_the_basket_is_shown_first(self, sale):
        hold = make_hold(performance=sale)
        seen = quote_hold(hold).token
        set_fees(sale, order_fee=Decimal(2))
        with pytest.raises(QuoteChanged) as refusal:
            buy(hold, seen)
        assert refusal.value.quote.order_fee == 2
        assert not Order.objects.exists()
        assert buy(hold, refusal.value.quote.token).order_fee == 2

    def test_a_fee_that_changed_after_ordering_does_not_count(self, sale):
        order = make_order(performance=sale)
        set_fees(sale, order_fee=Decimal(2))
        pay(order)
        order.refresh_from_db()
        assert (order.status, order.order_fee) == ("paid", FEE)

    def test_without_an_order_fee_the_token_is_that_of_the_version_before(self, sale):
        """Its pages, shown before an update, can still be confirmed after it."""
        hold = make_hold(performance=sale)
        with_fee = quote_hold(hold)
        set_fees(sale, order_fee=Decimal(0))
        assert quote_hold(hold).token == replace(with_fee, order_fee=Decimal(0)).token
        assert quote_hold(hold).token != with_fee.token

    def test_its_tax_is_that_of_fees(self, sale):
        Venue.objects.update(tax_rate=7, fee_tax_rate=19)
        clear_cached_terms()
        order = make_paid_order(performance=sale)
        assert tax_lines(order)[0] == TaxLine(
            Decimal(19), Decimal("11.50"), Decimal("9.66"), Decimal("1.84")
        )

    def test_its_tax_can_be_set(self, sale):
        Venue.objects.update(fee_tax_rate=19, tax_exemption="")
        set_fees(sale, order_fee=FEE, order_fee_tax_rate=Decimal(7))
        order = make_paid_order(performance=sale)
        assert [(line.rate, line.gross) for line in tax_lines(order)] == [
            (19, 10),
            (7, FEE),
            (0, 80),
        ]

    def test_it_is_exempt_with_the_venues_fees(self, sale):
        Venue.objects.update(tax_rate=0, fee_tax_rate=0, tax_exemption="§ 4 Nr. 20 UStG")
        clear_cached_terms()
        order = make_paid_order(performance=sale)
        assert order.order_fee_tax_exemption == "§ 4 Nr. 20 UStG"
        assert tax_lines(order) == [
            TaxLine(Decimal(0), Decimal("91.50"), Decimal("91.50"), Decimal(0), "§ 4 Nr. 20 UStG")
        ]


def buy(hold, token):
    return place_order(
        hold=hold,
        quote_token=token,
        customer=Customer(hold.visitor),
        email="alice@example.org",
        name="Alice",
    )


class TestRefund:
    def refunded(self):
        return sum(refund.amount for refund in Refund.objects.all())

    def cancel(self, order, **options):
        cancel_tickets(order=order, actor="test", **options)
        order.refresh_from_db()
        assert not audit()

    def test_it_is_kept_when_the_customer_cancels(self, sale):
        order = make_paid_order(performance=sale)
        self.cancel(order)
        assert self.refunded() == 90
        assert order.order_fee_refunded_at is None
        assert tax_lines(order) == [TaxLine(Decimal(0), FEE, FEE, Decimal(0))]

    def test_it_is_refunded_where_the_performance_says_so(self, sale):
        Performance.objects.update(keep_order_fee=False)
        order = make_paid_order(performance=sale)
        self.cancel(order)
        assert self.refunded() == Decimal("91.50")
        assert order.order_fee_refunded_at is not None
        assert tax_lines(order) == []

    def test_it_is_refunded_with_the_last_ticket_only(self, sale):
        Performance.objects.update(keep_order_fee=False)
        order = make_paid_order(performance=sale)
        first, second = order.tickets.order_by("pk")
        self.cancel(order, ticket_ids=[first.pk])
        assert self.refunded() == 45
        self.cancel(order, ticket_ids=[second.pk])
        assert self.refunded() == Decimal("91.50")

    def test_it_is_refunded_when_staff_cancel_the_order(self, sale):
        order = make_paid_order(performance=sale)
        self.cancel(order, by_staff=True)
        assert self.refunded() == Decimal("91.50")
        entry = LedgerEntry.objects.get(kind="cancel")
        assert (entry.amount, entry.detail["order_fee"]) == (Decimal("-91.50"), "1.50")
        assert entry.detail["lines"] == LedgerEntry.objects.get(kind="sale").detail["lines"]

    def test_staff_can_keep_all_fees(self, sale):
        order = make_paid_order(performance=sale)
        self.cancel(order, by_staff=True, keep_fee=True)
        assert self.refunded() == 80

    def test_without_a_refund_it_is_kept(self, sale):
        order = make_paid_order(performance=sale)
        self.cancel(order, by_staff=True, refund=False)
        assert self.refunded() == 0
        assert order.order_fee_refunded_at is None

    def test_it_is_refunded_when_the_performance_is_cancelled(self, sale):
        order = make_paid_order(performance=sale)
        first = order.tickets.order_by("pk").first()
        self.cancel(order, ticket_ids=[first.pk])
        cancel_performance(performance=sale, actor="test", reason="Ill")
        refund_cancelled_performances()
        assert self.refunded() == Decimal("91.50")
        assert not audit()


class TestRaces:
    def cancel_one_each(self, order):
        first, second = [ticket.pk for ticket in order.tickets.order_by("pk")]
        outcomes = race(
            lambda: cancel_tickets(order=order, actor="a", ticket_ids=[first]),
            lambda: cancel_tickets(order=order, actor="b", ticket_ids=[second]),
        )
        assert len(winners(outcomes)) == 2

    def test_two_cancellations_at_once_refund_the_order_fee_once(self, sale):
        Performance.objects.update(keep_order_fee=False)
        order = make_paid_order(performance=sale)
        self.cancel_one_each(order)
        assert sum(refund.amount for refund in Refund.objects.all()) == Decimal("91.50")
        assert not audit()

    def test_without_the_lock_it_would_not_be(self, sale, monkeypatch):
        """Control: both see an order with two tickets, and neither cancels the last."""
        Performance.objects.update(keep_order_fee=False)
        order = make_paid_order(performance=sale)
        monkeypatch.setattr(cancellation.locks, "lock_hold", lambda **_: None)
        meet_after(monkeypatch, cancellation, "database_now", 2)
        self.cancel_one_each(order)
        assert sum(refund.amount for refund in Refund.objects.all()) == 90


class TestAudit:
    """Each rule finds what it is for."""

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ("UPDATE bookings_order SET order_fee = 1", "quote_adds_up"),
            ("UPDATE bookings_order SET order_fee = 1", "tickets_cost_what_was_sold"),
            ("""UPDATE bookings_order SET tax_rates = '[["7", "19", ""]]'""", "rates_of_quote"),
            ("UPDATE bookings_ticket SET tax_rate = 8", "tickets_match_rates"),
            (
                "UPDATE bookings_order SET order_fee_refunded_at = NULL",
                "order_fee_refunded_once",
            ),
        ],
    )
    def test_it_finds(self, sale, change, rule):
        from django.db import connection

        Performance.objects.update(keep_order_fee=False)
        order = make_paid_order(performance=sale)
        cancel_tickets(order=order, actor="test")
        assert not audit()
        with connection.cursor() as cursor:
            cursor.execute(change)
        assert rule in {finding.rule for finding in audit()}


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"order_fee": -1}, "order_fee_is_a_part_of_the_total"),
        ({"order_fee": 100}, "order_fee_is_a_part_of_the_total"),
        ({"order_fee_tax_rate": 101}, "order_fee_tax_is_a_percentage"),
        (
            {"order_fee_tax_rate": 19, "order_fee_tax_exemption": "§ 4"},
            "order_fee_tax_is_a_percentage",
        ),
        (
            {"order_fee_refunded_at": "2026-01-01T00:00Z"},
            "order_fee_is_refunded_with_the_whole_order",
        ),
    ],
)
def test_the_database_refuses(sale, fields, constraint):
    make_paid_order(performance=sale)
    with pytest.raises(IntegrityError, match=constraint):
        Order.objects.update(**fields)
