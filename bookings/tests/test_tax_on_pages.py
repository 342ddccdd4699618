"""Fees per order and tax, wherever customers and staff see an amount."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role, appoint
from bookings.models import Order
from emails.models import OutboxEmail
from emails.rendering import preview
from shows.models import PerformanceFees
from shows.terms import clear_cached_terms
from venues.models import Venue, VenueFees

from .browsing import browser_of, filled_in
from .factories import make_customer, make_hold, make_paid_order, make_sale, make_user

pytestmark = pytest.mark.django_db(transaction=True)

PER_ORDER = "plus €1.50 per order"
# Two tickets at 45.00 with a fee of 5.00, and an order fee of 1.50.
TAXES = ["incl. €1.84 VAT (19% of €9.66)", "incl. €5.23 VAT (7% of €74.77)"]


@pytest.fixture
def sale():
    performance = make_sale()
    Venue.objects.update(tax_rate=7, fee_tax_rate=19)
    VenueFees.objects.create(venue=performance.venue, channel="web", order_fee=Decimal("1.50"))
    clear_cached_terms()
    return performance


@pytest.fixture
def alice():
    return make_customer()


def text_of(response):
    content = response.content.decode() if hasattr(response, "content") else response
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


class TestBeforeBuying:
    @pytest.mark.parametrize("page", ["home", "show", "venue", "performance"])
    def test_the_order_fee_stands_beside_the_first_price(self, sale, page):
        address = {
            "home": "/",
            "show": sale.show.get_absolute_url(),
            "venue": sale.venue.get_absolute_url(),
            "performance": sale.get_absolute_url(),
        }[page]
        assert PER_ORDER in text_of(Client().get(address))

    def test_the_fee_of_the_performance_counts(self, sale):
        PerformanceFees.objects.create(performance=sale, channel="web", order_fee=2)
        clear_cached_terms()
        for page in (sale.show, sale):
            assert "plus €2 per order" in text_of(Client().get(page.get_absolute_url()))

    @pytest.mark.parametrize("channel", ["door", "api"])
    def test_fees_of_other_channels_are_not_shown(self, sale, channel):
        VenueFees.objects.update(channel=channel)
        clear_cached_terms()
        for page in (sale.show, sale):
            assert "per order" not in text_of(Client().get(page.get_absolute_url()))

    def test_the_basket_has_fee_total_and_tax(self, sale, alice):
        hold = make_hold(performance=sale, customer=alice)
        text = text_of(browser_of(alice).get(hold.get_absolute_url()))
        assert "Order fee €1.50" in text
        assert "Total €91.50" in text
        assert all(tax in text for tax in TAXES)

    def test_the_basket_beside_the_map_has_them_too(self, sale, alice):
        make_hold(performance=sale, customer=alice)
        text = text_of(browser_of(alice).get(reverse("bookings:basket_aside", args=[sale.pk])))
        assert "Order fee €1.50 Total €91.50" in text

    def test_without_rates_and_fees_nothing_is_added(self, alice):
        sale = make_sale()
        hold = make_hold(performance=sale, customer=alice)
        for address in (hold.get_absolute_url(), sale.get_absolute_url()):
            text = text_of(browser_of(alice).get(address))
            assert "VAT" not in text and "rder fee" not in text and "per order" not in text


class TestChangedMeanwhile:
    def test_the_basket_says_what_the_order_fee_is_now(self, sale, alice):
        hold = make_hold(performance=sale, customer=alice)
        page = browser_of(alice).get(hold.get_absolute_url())
        VenueFees.objects.update(order_fee=2)
        clear_cached_terms()

        response = browser_of(alice).post(hold.get_absolute_url(), filled_in(page))

        assert response.status_code == 409
        assert "The order fee is now €2 instead of €1.50." in text_of(response)
        assert not Order.objects.exists()
        again = browser_of(alice).post(hold.get_absolute_url(), filled_in(response))
        assert again.status_code == 303
        assert Order.objects.get().total == 92

    def test_the_basket_says_that_the_tax_has_changed(self, sale, alice):
        hold = make_hold(performance=sale, customer=alice)
        page = browser_of(alice).get(hold.get_absolute_url())
        Venue.objects.update(tax_rate=19)
        clear_cached_terms()

        response = browser_of(alice).post(hold.get_absolute_url(), filled_in(page))

        assert response.status_code == 409
        assert "The VAT included in the price has changed." in text_of(response)


class TestAfterBuying:
    @pytest.fixture
    def order(self, sale, alice):
        return make_paid_order(hold=make_hold(performance=sale, customer=alice))

    def test_the_order_page_has_fee_and_tax(self, order, alice):
        text = text_of(browser_of(alice).get(order.get_absolute_url()))
        assert "Order fee €1.50 Total €91.50" in text
        assert all(tax in text for tax in TAXES)

    def test_the_confirmation_has_fee_and_tax(self, order):
        message = preview(OutboxEmail.objects.get(kind="order_confirmation"))
        for body in (message.text, text_of(message.html)):
            assert "Order fee" in body and "€1.50" in body and "€91.50" in body
            assert all(tax in body for tax in TAXES)

    def test_an_exemption_is_printed_with_its_reason(self, sale, alice):
        reason = "§ 4 Nr. 20 UStG"
        Venue.objects.update(tax_rate=0, fee_tax_rate=0, tax_exemption=reason)
        clear_cached_terms()
        order = make_paid_order(hold=make_hold(performance=sale, customer=alice))
        message = preview(OutboxEmail.objects.get(kind="order_confirmation"))
        page = text_of(browser_of(alice).get(order.get_absolute_url()))
        for text in (page, message.text):
            assert f"VAT exempt: €91.50 ({reason})" in text

    def test_who_cancels_sees_that_the_order_fee_is_kept(self, order, alice):
        address = f"{order.get_absolute_url()}cancel/"
        tickets = [ticket.pk for ticket in order.tickets.all()]
        text = text_of(browser_of(alice).get(address, {"ticket": tickets}))
        assert "Refund €90" in text
        assert "The order fee of €1.50 is non-refundable." in text

    def test_who_cancels_gets_the_order_fee_back_where_it_is_not_kept(self, order, alice):
        order.performance.keep_order_fee = False
        order.performance.save()
        address = f"{order.get_absolute_url()}cancel/"
        tickets = [ticket.pk for ticket in order.tickets.order_by("pk")]
        one = text_of(browser_of(alice).get(address, {"ticket": tickets[:1]}))
        assert "Refund €45" in one and "rder fee" not in one
        page = browser_of(alice).get(address, {"ticket": tickets})
        assert "Order fee €1.50 Refund €91.50" in text_of(page)
        back = {"ticket": tickets, "back": page.context["back"]}
        assert browser_of(alice).post(address, back).status_code == 303
        order.refresh_from_db()
        assert order.order_fee_refunded_at is not None

    def test_staff_see_channel_fee_and_tax(self, order):
        user, browser = make_user(), Client()
        appoint(user=user, role=Role.FINANCE)
        browser.force_login(user)
        page = browser.get(reverse("admin:bookings_order_change", args=[order.pk]))
        text = text_of(page)
        assert "€1.50" in text and "Website" in text
        assert all(tax in text for tax in TAXES)
