"""/orders/<reference>/change/: change names and concessions; confirm differences in price."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import Ticket, TicketChange
from payments.models import DemoCharge, Payment, Refund
from shows.models import PriceCategory
from shows.terms import clear_cached_terms

from .browsing import HTMX, browser_of
from .factories import make_customer, make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


def paid(customer, *, labels=("A1", "A2"), **fields):
    fields = {"concessions": {"Child": 50}} | fields
    hold = make_hold(performance=make_sale(**fields), customer=customer, labels=labels)
    return make_paid_order(hold=hold)


def url_of(order, more=""):
    return f"{order.get_absolute_url()}change/{more}"


def changed_fields(order, *, name="Alice Archer", concession=""):
    """Return what the page posts to give its first ticket this name and concession."""
    first, *others = order.tickets.valid().order_by("pk")
    data = {f"holder-{first.pk}": name, f"concession-{first.pk}": concession}
    for ticket in others:
        data |= {f"holder-{ticket.pk}": ticket.holder, f"concession-{ticket.pk}": ""}
    return data


def confirm(browser, order, data):
    """Post the changes, then confirm the difference."""
    confirmation = browser.post(url_of(order), data)
    return browser.post(url_of(order), data | {"seen": confirmation.context["difference"].token})


def first_of(order):
    return order.tickets.order_by("pk").first()


def test_the_order_links_to_it_and_it_shows_names_and_prices(alice):
    order, browser = paid(alice), browser_of(alice)
    assert url_of(order) in browser.get(order.get_absolute_url()).content.decode()
    text = browser.get(url_of(order)).content.decode()
    assert text.count('value="Alice Archer"') == 2
    assert "Full price, €45" in text and "Child, €22.50" in text


def test_a_name_is_changed_without_confirmation(alice):
    order = paid(alice)
    for _press in range(2):
        response = browser_of(alice).post(url_of(order), changed_fields(order, name="Bob"), **HTMX)
        assert (response.status_code, response["Location"]) == (303, order.get_absolute_url())
    assert [ticket.holder for ticket in order.tickets.order_by("pk")] == ["Bob", "Alice Archer"]


@pytest.mark.parametrize(
    ("name", "says"),
    [("a" * 151, "at most 150 characters"), ("\x00", "Null characters are not allowed.")],
)
def test_an_invalid_name_gets_an_error(alice, name, says):
    order = paid(alice)
    response = browser_of(alice).post(
        url_of(order), changed_fields(order, name=name, concession="Child")
    )
    assert response.status_code == 422
    text = response.content.decode()
    assert says in text and 'aria-invalid="true"' in text
    assert not Refund.objects.exists() and first_of(order).holder == "Alice Archer"


@pytest.mark.parametrize("concession", ["Pensioner", "\x00", "9" * 30])
def test_an_unknown_concession_gets_an_error(alice, concession):
    order = paid(alice)
    data = changed_fields(order, name="Bob", concession=concession)
    response = browser_of(alice).post(url_of(order), data)
    assert response.status_code == 422
    text = response.content.decode()
    assert "This concession is no longer available" in text and 'value="Bob"' in text
    assert (first_of(order).holder, first_of(order).concession) == ("Alice Archer", "")


def test_it_shows_the_refund_first(alice):
    order, browser = paid(alice), browser_of(alice)
    data = changed_fields(order, name="Bob", concession="Child")
    response = browser.post(url_of(order), data)
    assert response.status_code == 200 and response.context["difference"].back == Decimal("22.50")
    assert ">Refund<" in response.content.decode()
    assert not Refund.objects.exists() and first_of(order).holder == "Alice Archer"
    for _press in range(2):
        assert confirm_again(browser, order, data, response).status_code == 303
    assert Refund.objects.get().amount == Decimal("22.50")
    assert (first_of(order).concession, first_of(order).holder) == ("Child", "Bob")


def test_the_confirmation_names_seats_in_the_language_of_the_page(alice):
    """The order, and what the change keeps of it, stay in the language of the order."""
    order, browser = paid(alice), browser_of(alice)
    data = changed_fields(order, concession="Child")
    german = browser.post(url_of(order), data, headers={"Accept-Language": "de"})
    text = german.content.decode()
    assert "Reihe A" in text and "row A" not in text
    assert confirm_again(browser, order, data, german).status_code == 303
    assert "row A" in first_of(order).label


@pytest.mark.parametrize("page", ["change", "cancel", "confirmation"])
def test_the_time_is_named_with_its_zone(alice, page):
    order, browser = paid(alice), browser_of(alice)
    if page == "confirmation":
        response = browser.post(url_of(order), changed_fields(order, concession="Child"))
    else:
        response = browser.get(f"{order.get_absolute_url()}{page}/")
    start = order.performance.starts_at.astimezone(order.performance.venue.zone)
    # Above the heading; times below it always had their zone.
    assert f"{start:%H:%M %Z}</p>" in response.content.decode()


def confirm_again(browser, order, data, confirmation):
    return browser.post(url_of(order), data | {"seen": confirmation.context["difference"].token})


def test_it_asks_again_when_prices_have_changed(alice):
    order, browser = paid(alice), browser_of(alice)
    data = changed_fields(order, concession="Child")
    confirmation = browser.post(url_of(order), data)
    PriceCategory.objects.update(price=Decimal("60"))
    clear_cached_terms()
    response = confirm_again(browser, order, data, confirmation)
    assert response.status_code == 409
    assert "Prices have changed" in response.content.decode()
    assert not Refund.objects.exists()


def test_an_upgrade_is_paid_and_then_applied(alice):
    order, browser = paid(alice), browser_of(alice)
    confirm(browser, order, changed_fields(order, concession="Child"))
    response = confirm(browser, order, changed_fields(order, concession=""))
    assert response.status_code == 303 and "/pay/demo/" in response["Location"]
    page = browser.get(order.get_absolute_url()).content.decode()
    assert "waiting for a payment of €22.50" in page
    again = browser.post(url_of(order, "pay/"))
    assert again["Location"] == response["Location"]
    payment = Payment.objects.get(purpose=TicketChange.objects.get().reference)
    DemoCharge.objects.filter(key=payment.key).update(status=DemoCharge.Status.PAID)
    page = browser.get(order.get_absolute_url()).content.decode()
    assert "is waiting for a payment" not in page
    assert first_of(order).concession == ""
    assert page.count("€22.50") >= 2  # Refunded, and paid.


def test_the_change_can_be_abandoned(alice):
    order, browser = paid(alice), browser_of(alice)
    confirm(browser, order, changed_fields(order, concession="Child"))
    confirm(browser, order, changed_fields(order, concession=""))
    for _press in range(2):
        assert browser.post(url_of(order, "drop/")).status_code == 303
    assert "is waiting for a payment" not in browser.get(order.get_absolute_url()).content.decode()
    assert browser.post(url_of(order, "pay/"))["Location"] == order.get_absolute_url()


def test_after_the_deadline_only_names_can_be_changed(alice):
    order = paid(alice, starts_in=timedelta(hours=30), cancel_until_hours=48)
    browser = browser_of(alice)
    text = browser.get(url_of(order)).content.decode()
    assert "<select" not in text and "Concessions can no longer be changed" in text
    forged = changed_fields(order, concession="Child")
    confirmation = browser.post(url_of(order), forged)
    assert confirm_again(browser, order, forged, confirmation).status_code == 409
    assert not Refund.objects.exists()


def test_after_the_start_nothing_can_be_changed(alice):
    order = paid(alice)
    order.performance.__class__.objects.update(starts_at=order.created_at - timedelta(minutes=1))
    clear_cached_terms()
    browser = browser_of(alice)
    assert "Too late to change" in browser.get(url_of(order)).content.decode()
    response = browser.post(url_of(order), changed_fields(order, name="Bob"))
    assert response.status_code == 409
    assert url_of(order) not in browser.get(order.get_absolute_url()).content.decode()


def test_it_leaves_tickets_of_other_orders_alone(alice):
    own_places, other = paid(alice), paid(make_customer())
    browser_of(alice).post(url_of(own_places), changed_fields(other, name="Bob"))
    assert not Ticket.objects.filter(holder="Bob").exists()


def test_an_unpaid_order_cannot_be_changed(alice):
    order = make_order(hold=make_hold(customer=alice))
    assert browser_of(alice).get(url_of(order))["Location"] == order.get_absolute_url()


def test_other_visitors_get_404(alice):
    order = paid(alice)
    for browser in (Client(), browser_of(make_customer())):
        assert browser.get(url_of(order)).status_code == 404
        for more in ("", "pay/", "drop/"):
            assert browser.post(url_of(order, more), changed_fields(order)).status_code == 404
    for more in ("pay/", "drop/"):
        assert browser_of(alice).get(url_of(order, more)).status_code == 405


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
    assert counts[0] == counts[1]
