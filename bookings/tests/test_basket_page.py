"""GET /basket/<token>/: the contents of the basket, its prices and its countdown."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import Hold
from bookings.sale.customers import Customer
from bookings.sale.holds import extend_hold
from bookings.sale.release import release_hold
from organisation.tests.factories import set_organisation
from shows.terms import terms_of
from shows.tests.factories import make_user

from .browsing import browser_of
from .factories import (
    age_hold,
    make_customer,
    make_hold,
    make_order,
    make_paid_order,
    make_sale,
    standing,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_customer()


def url_of(hold):
    return f"/basket/{hold.token}/"


def test_it_shows_places_and_prices_including_the_fee(alice):
    hold = make_hold(customer=alice)
    response = browser_of(alice).get(url_of(hold))
    assert response.status_code == 200
    text = response.content.decode()
    assert "Stalls, row A, seat 1" in text and "Stalls, row A, seat 2" in text
    assert "€45" in text and "includes €5 booking fee" in text
    assert "Order and pay €90" in text


def test_it_is_never_cached(alice):
    response = browser_of(alice).get(url_of(make_hold(customer=alice)))
    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]


def test_it_shows_the_expiry_in_the_zone_of_the_venue(alice):
    hold = make_hold(customer=alice)
    terms = terms_of(hold.performance_id)
    text = browser_of(alice).get(url_of(hold)).content.decode()
    assert f"Reserved until {hold.expires_at.astimezone(terms.zone):%H:%M} CE" in text


def test_it_counts_down_by_the_databases_clock(alice):
    hold = make_hold(customer=alice)
    age_hold(hold, minutes=3)
    response = browser_of(alice).get(url_of(hold))
    shown = response.context["hold"]
    left = shown.expires_at - shown.now
    assert timedelta(minutes=4, seconds=50) < left <= timedelta(minutes=5)
    assert f'data-expires="{int(hold.expires_at.timestamp() * 1000)}"' in response.content.decode()


def test_it_offers_one_extension(alice):
    hold = make_hold(customer=alice)
    browser = browser_of(alice)
    assert "Add 5 minutes" in browser.get(url_of(hold)).content.decode()
    extend_hold(hold=hold, actor=alice.actor)
    text = browser.get(url_of(hold)).content.decode()
    assert "Add 5 minutes" not in text
    assert "already extended once" in text


def test_it_offers_the_concessions_of_the_performance(alice):
    performance = make_sale(concessions={"Student": 20})
    hold = make_hold(performance=performance, customer=alice)
    assert "Student, €36" in browser_of(alice).get(url_of(hold)).content.decode()


def test_it_prefills_the_account(alice):
    user = make_user(email="alice@example.org", name="Alice Archer")
    customer = Customer(alice.visitor, user)
    text = browser_of(customer).get(url_of(make_hold(customer=customer))).content.decode()
    assert 'value="alice@example.org"' in text and 'value="Alice Archer"' in text
    assert "Log in" not in text.split("<main")[1]


def test_guests_can_log_in_and_return(alice):
    hold = make_hold(customer=alice)
    text = browser_of(alice).get(url_of(hold)).content.decode()
    assert f"/accounts/login/?next={url_of(hold)}" in text


def test_it_prefills_what_was_typed_before_the_payment_was_abandoned(alice):
    hold = make_hold(customer=alice)
    make_order(hold=hold)
    text = browser_of(alice).get(url_of(hold)).content.decode()
    assert 'value="alice@example.org"' in text
    assert "Order and pay €90" in text


def test_a_bought_basket_redirects_to_the_order(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    response = browser_of(alice).get(url_of(order.hold))
    assert response.status_code == 303
    assert response["Location"] == f"/orders/{order.reference}/"


def test_other_visitors_get_404(alice):
    hold = make_hold(customer=alice)
    assert browser_of(make_customer()).get(url_of(hold)).status_code == 404
    assert Client().get(url_of(hold)).status_code == 404


def test_it_opens_on_another_device_of_the_account(alice):
    user = make_user()
    hold = make_hold(customer=Customer(alice.visitor, user))
    other_device = make_customer(user=user)
    assert browser_of(other_device).get(url_of(hold)).status_code == 200


def test_it_updates_the_badge(alice):
    hold = make_hold(customer=alice)
    response = browser_of(alice).get(url_of(hold))
    assert response.cookies["basket"].value == f"2.{int(hold.expires_at.timestamp())}"


@pytest.mark.usefixtures("keep_caches")
def test_it_makes_two_queries_whatever_is_in_it(alice):
    performance = make_sale(customer_limit=20, concessions={"Child": 50}, sections=None)
    browser = browser_of(alice)
    hold = make_hold(performance=performance, labels=["A1"], customer=alice)
    browser.get(url_of(hold))  # Terms and drawing are cached from now on.
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(url_of(hold))
    make_hold(performance=performance, labels=[f"B{n}" for n in range(1, 11)], customer=alice)
    with CaptureQueriesContext(connection) as many:
        browser.get(url_of(hold))
    assert len(few) == len(many) == 2


def test_it_opens_no_session_for_guests(alice):
    response = browser_of(alice).get(url_of(make_hold(customer=alice)))
    assert "sessionid" not in response.cookies


def test_it_asks_guests_to_log_in_where_accounts_are_approved(alice):
    hold = make_hold(customer=alice)
    set_organisation(account_approval_required=True)
    text = browser_of(alice).get(url_of(hold)).content.decode()
    assert "Please log in to buy tickets." in text
    assert "Order and pay" not in text


def test_an_expired_basket_offers_the_same_places(alice):
    hold = make_hold(customer=alice)
    age_hold(hold, minutes=9)
    response = browser_of(alice).get(url_of(hold))
    assert response.status_code == 410
    text = response.content.decode()
    assert "Your seats are still available" in text
    assert "Stalls, row A, seat 2" in text
    assert "Reserve again" in text


def test_it_names_the_places_that_are_unavailable(alice):
    performance = make_sale()
    hold = make_hold(performance=performance, customer=alice)
    age_hold(hold, minutes=9)
    make_hold(performance=performance, labels=["A1"])
    response = browser_of(alice).get(url_of(hold))
    assert response.context["lapsed"].unavailable == ["Stalls, row A, seat 1"]
    assert response.context["lapsed"].available == ["Stalls, row A, seat 2"]
    assert "Some of your seats are still available" in response.content.decode()


def test_it_offers_other_places_when_all_are_unavailable(alice):
    performance = make_sale()
    hold = make_hold(performance=performance, customer=alice)
    age_hold(hold, minutes=9)
    make_hold(performance=performance)
    browser = browser_of(alice)
    response = browser.get(url_of(hold))
    text = response.content.decode()
    assert "Your seats have been sold in the meantime" in text
    assert "Reserve again" not in text
    offer = response.context["offer"]
    assert len(offer.seat_ids) == 2 and offer.labels[0] in text
    held = browser.post(
        f"/performances/{performance.pk}/hold/", {"seat": offer.seat_ids, "instead": "1"}
    )
    assert browser.get(held["Location"]).context["quote"].total == offer.total


def test_it_redirects_to_the_map_when_there_is_nothing_to_offer(alice):
    performance = make_sale(sections=[standing(capacity=2)])
    hold = make_hold(performance=performance, standing=2, customer=alice)
    age_hold(hold, minutes=9)
    make_hold(performance=performance, standing=2)
    text = browser_of(alice).get(url_of(hold)).content.decode()
    assert f"/performances/{performance.pk}/#best" in text


def test_standing_places_of_a_section_are_interchangeable(alice):
    performance = make_sale(sections=[standing(capacity=3)])
    hold = make_hold(performance=performance, standing=2, customer=alice)
    age_hold(hold, minutes=9)
    make_hold(performance=performance, standing=2)
    lapsed = browser_of(alice).get(url_of(hold)).context["lapsed"]
    assert len(lapsed.available) == len(lapsed.unavailable) == 1


def test_it_says_when_places_were_released(alice):
    hold = make_hold(customer=alice)
    release_hold(hold=hold, actor=alice.actor)
    response = browser_of(alice).get(url_of(hold))
    assert response.status_code == 410
    assert "Your seats have been released." in response.content.decode()


def test_it_links_the_basket_that_replaced_it(alice):
    performance = make_sale()
    hold = make_hold(performance=performance, customer=alice)
    age_hold(hold, minutes=9)
    other = make_hold(performance=performance, customer=alice)
    assert Hold.objects.get(pk=hold.pk).status == Hold.Status.LAPSED
    assert other.get_absolute_url() in browser_of(alice).get(url_of(hold)).content.decode()


def test_it_mentions_an_order_that_lapsed_during_payment(alice):
    hold = make_hold(customer=alice)
    order = make_order(hold=hold)
    age_hold(hold, minutes=9)
    assert f"/orders/{order.reference}/" in browser_of(alice).get(url_of(hold)).content.decode()


def test_it_has_a_title_and_is_not_indexed(alice):
    """Only its owner can read it, but it must not be listed anyway."""
    hold = make_hold(customer=alice)
    address = hold.get_absolute_url()
    text = browser_of(alice).get(address).content.decode()
    assert '<meta name="description"' in text and "noindex" not in text
    assert Client().get(address).status_code == 404
    assert "/basket/" not in Client().get("/robots.txt").content.decode()
