"""/basket/, and the basket on the page of a performance."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shows.tests.factories import make_user

from .browsing import browser_of
from .factories import age_hold, make_customer, make_hold, make_sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_customer()


def test_a_single_basket_is_redirected_to(alice):
    hold = make_hold(customer=alice)
    response = browser_of(alice).get("/basket/")
    assert (response.status_code, response["Location"]) == (302, hold.get_absolute_url())


def test_it_lists_several(alice):
    first, second = make_hold(customer=alice), make_hold(customer=alice, labels=["A1"])
    text = browser_of(alice).get("/basket/").content.decode()
    assert first.get_absolute_url() in text and second.get_absolute_url() in text
    assert "2 tickets" in text and "1 ticket," in text


def test_it_shows_a_message_when_there_is_none(alice):
    make_hold()
    for browser in (Client(), browser_of(alice), browser_of(make_customer(user=make_user()))):
        response = browser.get("/basket/")
        assert response.status_code == 200
        assert "Your basket is empty" in response.content.decode()


def test_it_runs_no_query_for_visitors_who_never_held_anything():
    with CaptureQueriesContext(connection) as queries:
        Client().get("/basket/")
    assert len(queries) == 0


def test_it_skips_expired_baskets(alice):
    hold = make_hold(customer=alice)
    age_hold(hold, minutes=9)
    assert "Your basket is empty" in browser_of(alice).get("/basket/").content.decode()


@pytest.mark.usefixtures("keep_caches")
def test_its_queries_do_not_grow_with_the_baskets(alice):
    for _number in range(2):
        make_hold(customer=alice)
    browser = browser_of(alice)
    browser.get("/basket/")
    with CaptureQueriesContext(connection) as two:
        browser.get("/basket/")
    make_hold(customer=alice)
    browser.get("/basket/")
    with CaptureQueriesContext(connection) as three:
        browser.get("/basket/")
    assert len(two) == len(three) == 1


def test_post_requests_are_rejected():
    assert Client().post("/basket/").status_code == 405
    assert Client().post("/basket/aside/1/").status_code == 405


def test_the_aside_shows_the_visitors_basket_of_a_performance(alice):
    hold = make_hold(customer=alice)
    make_hold(customer=alice)
    response = browser_of(alice).get(f"/basket/aside/{hold.performance_id}/")
    text = response.content.decode()
    assert response.status_code == 200
    assert "Stalls, row A, seat 1" in text and "€90" in text
    assert hold.get_absolute_url() in text
    assert "data-countdown" in text and "formaction" not in text
    assert "<html" not in text
    assert response.cookies["basket"].value.startswith("2.")


def test_the_aside_is_empty_for_others(alice):
    hold = make_hold(customer=alice)
    for browser in (Client(), browser_of(make_customer())):
        response = browser.get(f"/basket/aside/{hold.performance_id}/")
        assert (response.status_code, response.content) == (204, b"")


def test_the_aside_is_empty_once_expired(alice):
    hold = make_hold(customer=alice)
    age_hold(hold, minutes=9)
    browser = browser_of(alice)
    browser.cookies["basket"] = "2.9999999999"
    response = browser.get(f"/basket/aside/{hold.performance_id}/")
    assert response.status_code == 204
    assert response.cookies["basket"].value == ""


def test_the_aside_is_empty_for_an_unknown_performance(alice):
    make_sale()
    assert browser_of(alice).get("/basket/aside/999999/").status_code == 204
