"""/orders/<reference>/cancel/: cancel tickets."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import Order, Place, Ticket
from emails.models import OutboxEmail
from payments.models import Refund
from shows.models import Performance
from shows.terms import clear_cached_terms

from .browsing import HTMX, browser_of
from .factories import make_customer, make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


def paid(customer, *, labels=("A1", "A2"), **fields):
    hold = make_hold(performance=make_sale(**fields), customer=customer, labels=labels)
    return make_paid_order(hold=hold)


def url_of(order):
    return f"{order.get_absolute_url()}cancel/"


def ids(order):
    return [ticket.pk for ticket in order.in_order()]


def confirm(browser, order, tickets, back):
    return browser.post(url_of(order), {"ticket": tickets, "back": back})


def test_it_asks_which_tickets(alice):
    order = paid(alice)
    text = browser_of(alice).get(url_of(order)).content.decode()
    assert text.count('type="checkbox"') == 2 and "checked" not in text
    assert "Which tickets do you want to cancel?" in text
    assert text.count('type="checkbox"') == 2


def test_it_shows_the_exact_amount_first(alice):
    order = paid(alice)
    response = browser_of(alice).get(url_of(order), {"ticket": ids(order)[:1]})
    assert response.context["back"] == Decimal("45.00")
    text = response.content.decode()
    assert "Cancel these tickets?" in text and "Stalls, row A, seat 1" in text
    assert "Stalls, row A, seat 2" not in text
    assert not Refund.objects.exists()


def test_it_keeps_the_fee_where_the_performance_says_so(alice):
    order = paid(alice, keep_fee=True)
    response = browser_of(alice).get(url_of(order), {"ticket": ids(order)})
    assert response.context["back"] == Decimal("80.00")
    text = response.content.decode()
    assert "Cancel the whole order?" in text and "The booking fee is non-refundable" in text
    confirm(browser_of(alice), order, ids(order), "80.00")
    assert Refund.objects.get().amount == Decimal("80.00")


def test_it_skips_the_question_when_there_is_one_ticket(alice):
    order = paid(alice, labels=["A1"])
    assert "Cancel the whole order?" in browser_of(alice).get(url_of(order)).content.decode()


def test_it_cancels_what_was_confirmed(alice):
    order = paid(alice)
    first, second = ids(order)
    response = confirm(browser_of(alice), order, [first], "45.00")
    assert (response.status_code, response["Location"]) == (303, order.get_absolute_url())
    assert list(Ticket.objects.valid().values_list("pk", flat=True)) == [second]
    assert Place.objects.get(tickets=first).state == Place.State.AVAILABLE
    assert Refund.objects.get().amount == Decimal("45.00")
    assert OutboxEmail.objects.filter(kind="tickets_cancelled").count() == 1


def test_it_cancels_the_whole_order(alice):
    order = paid(alice)
    confirm(browser_of(alice), order, ids(order), "90.00")
    order.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    assert Refund.objects.get().amount == Decimal("90.00")


def test_posting_twice_cancels_once(alice):
    order = paid(alice)
    browser, first = browser_of(alice), ids(order)[:1]
    for _press in range(2):
        response = confirm(browser, order, first, "45.00")
        assert response.status_code == 303
    assert (
        Refund.objects.count() == OutboxEmail.objects.filter(kind="tickets_cancelled").count() == 1
    )
    assert Ticket.objects.valid().count() == 1


def test_it_redirects_to_the_order_when_everything_is_cancelled(alice):
    order = paid(alice)
    confirm(browser_of(alice), order, ids(order), "90.00")
    assert browser_of(alice).get(url_of(order))["Location"] == order.get_absolute_url()
    assert confirm(browser_of(alice), order, ids(order), "90.00").status_code == 303


def test_it_asks_again_when_the_amount_has_changed(alice):
    order = paid(alice)
    Performance.objects.update(keep_fee=True)
    clear_cached_terms()
    response = confirm(browser_of(alice), order, ids(order), "90.00")
    assert response.status_code == 409
    text = response.content.decode()
    assert "The refund has changed." in text and "€80" in text
    assert not Refund.objects.exists()


@pytest.mark.parametrize("tickets", [[], [""]])
def test_it_needs_at_least_one_ticket(alice, tickets):
    order = paid(alice)
    response = browser_of(alice).post(url_of(order), {"ticket": tickets} if tickets else {})
    assert response.status_code in (422, 303)
    assert Ticket.objects.valid().count() == 2


def test_it_leaves_tickets_of_other_orders_alone(alice):
    own_places, other = paid(alice), paid(make_customer())
    confirm(browser_of(alice), own_places, ids(other), "90.00")
    assert Ticket.objects.valid().count() == 4


def test_it_refuses_after_the_deadline(alice):
    order = paid(alice, starts_in=timedelta(hours=30), cancel_until_hours=48)
    browser = browser_of(alice)
    text = browser.get(url_of(order)).content.decode()
    assert "Too late to cancel" in text and "could be cancelled until" in text
    response = confirm(browser, order, ids(order), "90.00")
    assert response.status_code == 409
    assert "These tickets can no longer be cancelled." in response.content.decode()
    assert Ticket.objects.valid().count() == 2


def test_it_says_when_nothing_can_be_refunded(alice):
    order = paid(alice, cancel_until_hours=None)
    text = browser_of(alice).get(url_of(order)).content.decode()
    assert "Tickets for this show can't be cancelled." in text


def test_free_tickets_can_be_cancelled_too(alice):
    order = make_order(hold=make_hold(performance=make_sale(prices={"Regular": 0}), customer=alice))
    confirm(browser_of(alice), order, ids(order), "0.00")
    assert not Ticket.objects.valid().exists() and not Refund.objects.exists()


def test_it_works_the_same_with_htmx(alice):
    order = paid(alice)
    data = {"ticket": ids(order), "back": "90.00"}
    assert browser_of(alice).post(url_of(order), data, **HTMX).status_code == 303


def test_an_unpaid_order_cannot_be_cancelled(alice):
    order = make_order(hold=make_hold(customer=alice))
    response = browser_of(alice).get(url_of(order))
    assert response["Location"] == order.get_absolute_url()


def test_other_visitors_get_404(alice):
    order = paid(alice)
    for browser in (Client(), browser_of(make_customer())):
        assert browser.get(url_of(order)).status_code == 404
        assert confirm(browser, order, ids(order), "90.00").status_code == 404
    assert Ticket.objects.valid().count() == 2


@pytest.mark.usefixtures("keep_caches")
def test_its_queries_do_not_grow_with_the_tickets(alice):
    counts = []
    for labels in (["A1", "A2"], [f"B{n}" for n in range(1, 9)]):
        order = paid(alice, labels=labels)
        browser = browser_of(alice)
        browser.get(url_of(order))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url_of(order))
        counts.append(len(queries))
    assert counts == [4, 4]
