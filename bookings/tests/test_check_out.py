"""POST /basket/<token>/: from the basket to the payment."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import Order, Ticket
from bookings.sale.customers import Customer
from bookings.sale.release import release_places
from organisation.tests.factories import set_organisation
from payments.exceptions import ProviderUnavailable
from payments.models import Payment
from shows.models import PriceCategory
from shows.terms import clear_cached_terms
from shows.tests.factories import make_user

from .browsing import HTMX, browser_of, filled_in
from .factories import age_hold, make_customer, make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


def basket(customer, **fields):
    """Return `(browser, url, page)` of a customer's new basket."""
    url = make_hold(customer=customer, **fields).get_absolute_url()
    browser = browser_of(customer)
    return browser, url, browser.get(url)


def test_it_creates_an_order_and_redirects_to_the_payment(alice):
    browser, url, page = basket(alice)
    response = browser.post(url, filled_in(page))
    order = Order.objects.get()
    assert (order.email, order.name) == ("alice@example.org", "Alice Archer")
    assert (order.total, order.status) == (Decimal("90.00"), Order.Status.PENDING)
    payment = Payment.objects.get()
    assert (payment.purpose, payment.amount) == (order.reference, order.total)
    assert payment.return_url == f"http://testserver/orders/{order.reference}/"
    assert response.status_code == 303
    assert response["Location"] == f"/pay/demo/{payment.key}/"


def test_posting_repeatedly_creates_one_order(alice):
    browser, url, page = basket(alice)
    first = browser.post(url, filled_in(page))
    second = browser.post(url, filled_in(page))
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == Payment.objects.count() == 1


def test_it_redirects_to_the_order_when_it_was_paid_in_another_tab(alice):
    browser, url, page = basket(alice)
    order = make_paid_order(hold=page.context["hold"])
    response = browser.post(url, filled_in(page))
    assert response.status_code == 303
    assert response["Location"] == order.get_absolute_url()
    assert Payment.objects.count() == 1


def test_the_order_belongs_to_the_account(alice):
    user = make_user(email="alice@example.org")
    browser, url, page = basket(Customer(alice.visitor, user))
    browser.post(url, filled_in(page, email="other@example.org"))
    order = Order.objects.get()
    assert order.user == user
    assert order.email == "other@example.org"


def test_free_tickets_are_issued_at_once(alice):
    browser, url, page = basket(alice, performance=make_sale(prices={"Regular": 0}))
    assert "Order free tickets" in page.content.decode()
    response = browser.post(url, filled_in(page))
    order = Order.objects.get()
    assert response["Location"] == order.get_absolute_url()
    assert Ticket.objects.valid().filter(order=order).count() == 2
    assert not Payment.objects.exists()


def test_it_stores_the_language_of_the_customer(alice):
    browser, url, page = basket(alice)
    browser.post(url, filled_in(page), headers={"accept-language": "de"})
    assert Order.objects.get().language == "de"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "", "Enter your e-mail address."),
        ("email", "alice", "Enter a valid e-mail address."),
        ("name", "  ", "Enter your name."),
        ("name", "A" * 151, "at most 150"),
        ("terms", "", "Please accept the terms of sale to continue."),
    ],
)
def test_missing_values_are_reported_at_the_field(alice, field, value, words):
    browser, url, page = basket(alice)
    response = browser.post(url, filled_in(page, **{field: value}))
    assert response.status_code == 422
    text = response.content.decode()
    assert words in text
    assert f'aria-describedby="{field}_error"' in text
    assert not Order.objects.exists()


def test_it_keeps_what_was_typed(alice):
    browser, url, page = basket(alice)
    text = browser.post(url, filled_in(page, terms="", email="al")).content.decode()
    assert 'value="al"' in text and 'value="Alice Archer"' in text
    text = browser.post(url, filled_in(page, email="")).content.decode()
    assert " checked" in text


def test_it_shows_the_new_basket_when_a_price_has_changed(alice):
    browser, url, page = basket(alice)
    PriceCategory.objects.update(price=50)
    clear_cached_terms()
    response = browser.post(url, filled_in(page))
    assert response.status_code == 409
    text = response.content.decode()
    assert "Your basket has changed." in text
    assert "Stalls, row A, seat 1 now costs €50 instead of €45." in text
    assert "Order and pay €100" in text and 'value="Alice Archer"' in text
    assert not Order.objects.exists()
    assert browser.post(url, filled_in(response)).status_code == 303
    assert Order.objects.get().total == Decimal("100.00")


def test_it_shows_the_new_basket_when_places_changed_in_another_tab(alice):
    browser, url, page = basket(alice)
    hold = page.context["hold"]
    first = page.context["quote"].lines[0]
    release_places(hold=hold, place_ids=[first.place], actor=alice.actor)
    make_hold(performance=hold.performance, labels=["B1"], customer=alice)
    response = browser.post(url, filled_in(page))
    assert response.status_code == 409
    assert response.context["notes"] == [
        "Stalls, row A, seat 1 is no longer in your basket.",
        "Stalls, row B, seat 1 is new in your basket.",
    ]


def test_it_refuses_a_forged_quote(alice):
    browser, url, page = basket(alice)
    assert (
        browser.post(url, filled_in(page, quote="0" * 64, seen_quote="x:y 1:nan")).status_code
        == 409
    )
    assert not Order.objects.exists()


def test_it_applies_concessions_first_and_shows_their_prices(alice):
    performance = make_sale(concessions={"Child": 50})
    browser, url, page = basket(alice, performance=performance)
    child = str(performance.concessions.get().pk)
    place = page.context["quote"].lines[0].place
    response = browser.post(url, filled_in(page, **{f"concession-{place}": child}))
    assert response.status_code == 409
    assert "Order and pay €67.50" in response.content.decode()
    browser.post(url, filled_in(response))
    assert Order.objects.get().total == Decimal("67.50")


def test_it_offers_the_places_again_when_the_basket_expired_meanwhile(alice):
    browser, url, page = basket(alice)
    age_hold(page.context["hold"], minutes=9)
    response = browser.post(url, filled_in(page))
    assert response.status_code == 410
    assert "Your seats are still available" in response.content.decode()
    assert not Order.objects.exists()


def test_it_counts_earlier_orders_of_the_address(alice):
    performance = make_sale(customer_limit=3)
    make_paid_order(hold=make_hold(performance=performance, labels=["C1", "C2"]))
    browser, url, page = basket(alice, performance=performance)
    response = browser.post(url, filled_in(page))
    assert response.status_code == 422
    text = response.content.decode()
    assert "Maximum 3 tickets per person. You already have 2." in text
    assert 'value="Alice Archer"' in text


def test_it_refuses_guests_where_accounts_are_approved(alice):
    browser, url, page = basket(alice)
    set_organisation(account_approval_required=True)
    assert browser.post(url, filled_in(page)).status_code == 403
    assert not Order.objects.exists()


def test_it_redirects_to_the_order_when_the_provider_is_unavailable(alice, monkeypatch):
    def unreachable(payment, options, **more):
        raise ProviderUnavailable

    monkeypatch.setattr("bookings.sale.payment_pages.pay_url", unreachable)
    browser, url, page = basket(alice)
    response = browser.post(url, filled_in(page), follow=True)
    assert response.redirect_chain[0][0] == Order.objects.get().get_absolute_url()
    assert "Nothing was charged. Please try again." in response.content.decode()


def test_it_works_the_same_with_htmx(alice):
    browser, url, page = basket(alice)
    assert browser.post(url, filled_in(page), **HTMX).status_code == 303


def test_other_visitors_get_404(alice):
    _browser, url, page = basket(alice)
    assert browser_of(make_customer()).post(url, filled_in(page)).status_code == 404
    assert Client().post(url, filled_in(page)).status_code == 404
    assert not Order.objects.exists()


def test_it_rejects_requests_from_other_sites(alice):
    _browser, url, page = basket(alice)
    careful = browser_of(alice, enforce_csrf_checks=True)
    assert careful.post(url, filled_in(page)).status_code == 403


@pytest.mark.usefixtures("keep_caches")
def test_it_makes_a_constant_number_of_queries(alice):
    def queries(labels):
        customer = make_customer()
        browser, url, page = basket(customer, performance=performance, labels=labels)
        data = filled_in(page, email=f"{customer.visitor.lower()}@example.org")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.post(url, data).status_code == 303
        return [query["sql"] for query in queries]

    performance = make_sale(customer_limit=20)
    few = queries(["A1"])
    many = queries([f"B{n}" for n in range(1, 11)])
    assert len(few) == len(many)
    # Ten statements; the others begin and end three transactions.
    assert len(many) <= 16, "\n".join(many)


def test_it_updates_the_pending_order_when_the_basket_has_changed(alice):
    browser, url, page = basket(alice)
    browser.post(url, filled_in(page))
    make_hold(performance=page.context["hold"].performance, labels=["B1"], customer=alice)
    browser.post(url, filled_in(browser.get(url)))
    order = Order.objects.get()
    assert (order.total, order.quantity) == (Decimal("135.00"), 3)
    assert Payment.objects.open().get().amount == order.total


def test_the_payment_is_for_the_latest_basket(alice):
    order = make_order(hold=make_hold(customer=alice))
    browser = browser_of(alice)
    url = order.hold.get_absolute_url()
    browser.post(url, filled_in(browser.get(url), name="Al Archer"))
    order.refresh_from_db()
    assert order.name == "Al Archer"
