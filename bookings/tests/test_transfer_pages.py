"""Paying later by bank transfer, on the customer's pages, at the counter and in the admin."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import Order, Place
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from organisation.tests.factories import make_seller

from .browsing import browser_of, filled_in
from .factories import make_customer, make_hold, make_order, make_sale, pay
from .test_reservations import end_reservation, make_reserved

pytestmark = pytest.mark.django_db(transaction=True)

IBAN = "DE89 3704 0044 0532 0130 00"


def basket(*, days=7, seller=True):
    """Return `(browser, url, page)` of a basket, of a show in 30 days that takes transfers."""
    if seller:
        make_seller()
    customer = make_customer()
    performance = make_sale(transfer_days=days, starts_at=timezone.now() + timedelta(days=30))
    url = make_hold(performance=performance, customer=customer).get_absolute_url()
    browser = browser_of(customer)
    return browser, url, browser.get(url)


def staff(role=Role.BOX_OFFICE):
    browser = Client()
    browser.force_login(make_staff(role))
    return browser


def url(name, order):
    return reverse(f"admin:bookings_order_{name}", args=[order.pk])


# --- Customers ----------------------------------------------------------------------------------


def test_a_customer_orders_by_transfer_and_sees_where_to_transfer_the_money():
    browser, url, page = basket()
    assert 'name="pay_by" value="transfer"' in page.content.decode()
    response = browser.post(url, filled_in(page, pay_by="transfer"))
    order = Order.objects.get()
    assert response.status_code == 303 and response["Location"] == order.get_absolute_url()
    assert order.status == Order.Status.RESERVED
    text = browser.get(order.get_absolute_url()).content.decode()
    assert "Awaiting transfer until" in text and IBAN in text and order.reference in text
    assert "ticket-code" not in text
    assert browser.get(url)["Location"] == order.get_absolute_url()
    listed = browser.get("/orders/").content.decode()
    assert "Awaiting transfer" in listed and order.reference in listed


def test_posting_twice_reserves_once():
    browser, url, page = basket()
    for _ in range(2):
        browser.post(url, filled_in(page, pay_by="transfer"))
    assert Order.objects.count() == OutboxEmail.objects.count() == 1


@pytest.mark.parametrize(("days", "seller"), [(None, True), (7, False)])
def test_it_is_not_offered_otherwise_and_refused_when_posted_all_the_same(days, seller):
    browser, url, page = basket(days=days, seller=seller)
    assert "pay_by" not in page.content.decode()
    browser.post(url, filled_in(page, pay_by="transfer"))
    assert Order.objects.get().status == Order.Status.PENDING


@pytest.mark.parametrize("posted", [{"pay_by": "transfer"}, {}])
def test_without_a_payment_provider_customers_order_by_transfer(settings, posted):
    settings.PAYMENT_PROVIDER = "none"
    browser, url, page = basket()
    text = page.content.decode()
    assert "by bank transfer" in text and "Order and pay €90</button>" not in text
    assert "can't be paid online" not in text and "can&#x27;t be paid online" not in text
    browser.post(url, filled_in(page, **posted))
    order = Order.objects.get()
    assert order.status == Order.Status.RESERVED
    assert "online instead" not in browser.get(order.get_absolute_url()).content.decode()


def test_without_a_payment_provider_the_page_of_a_show_that_takes_transfers_sells(settings):
    settings.PAYMENT_PROVIDER = "none"
    make_seller()
    later = timezone.now() + timedelta(days=30)
    selling, other = make_sale(transfer_days=7, starts_at=later), make_sale(starts_at=later)
    pages = [Client().get(f"/performances/{one.pk}/").content.decode() for one in (selling, other)]
    assert "Find seats" in pages[0] and "Tickets are not sold online." not in pages[0]
    assert "Tickets are not sold online." in pages[1]


def test_invalid_details_get_errors_and_reserve_nothing():
    browser, url, page = basket()
    response = browser.post(url, filled_in(page, pay_by="transfer", email="x"))
    assert response.status_code == 422 and not Order.objects.exists()


def test_a_reserved_order_can_be_paid_online_instead():
    browser, url, page = basket()
    browser.post(url, filled_in(page, pay_by="transfer"))
    order = Order.objects.get()
    response = browser.post(f"{order.get_absolute_url()}pay/")
    assert response["Location"].startswith("/pay/demo/")
    assert "Awaiting transfer" in browser.get(order.get_absolute_url()).content.decode()


def test_after_its_end_the_page_says_that_it_has_expired():
    browser, url, page = basket()
    browser.post(url, filled_in(page, pay_by="transfer"))
    order = Order.objects.get()
    end_reservation(order)
    text = browser.get(order.get_absolute_url()).content.decode()
    assert "This order has expired" in text and IBAN not in text


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_email_has_account_amount_and_reference(language):
    order = make_reserved()
    Order.objects.filter(pk=order.pk).update(language=language)
    OutboxEmail.objects.update(language=language)
    render_due_emails()
    email = OutboxEmail.objects.get(kind="order_reserved")
    for text in (email.text, email.html):
        assert IBAN in text and order.reference in text and "90" in text
    assert not email.attachments.exists()


def test_an_email_about_an_order_paid_meanwhile_is_not_sent():
    order = make_reserved()
    pay(order)
    render_due_emails()
    email = OutboxEmail.objects.get(kind="order_reserved")
    assert (email.subject, email.text) == ("", "")


# --- The admin ----------------------------------------------------------------------------------


def test_staff_record_a_transfer_and_the_tickets_are_issued():
    order, browser = make_reserved(), staff()
    page = browser.get(url("transfer_received", order)).content.decode()
    assert "exactly €90 has arrived" in page
    data = {"confirmed": "yes", "received_on": timezone.localdate().isoformat()}
    for _ in range(2):
        assert browser.post(url("transfer_received", order), data).status_code == 302
    order.refresh_from_db()
    assert order.status == Order.Status.PAID and order.tickets.valid().count() == 2


@pytest.mark.parametrize("day", ["", "yesterday", "2999-01-01"])
def test_an_invalid_date_gets_an_error(day):
    order = make_reserved()
    data = {"confirmed": "yes", "received_on": day}
    assert staff().post(url("transfer_received", order), data).status_code == 422
    assert Order.objects.get().status == Order.Status.RESERVED


def test_staff_cancel_a_reservation():
    order, browser = make_reserved(), staff()
    data = {"confirmed": "yes", "reason": "The customer called."}
    browser.post(url("cancel_reservation", order), data)
    order.refresh_from_db()
    assert order.status == Order.Status.LAPSED and not Place.objects.filter(state="held").exists()
    again = browser.post(url("cancel_reservation", order), data, follow=True).content.decode()
    assert "not awaiting a transfer" in again


# --- The counter --------------------------------------------------------------------------------


def at_the_counter(role=Role.BOX_OFFICE):
    make_seller()
    performance = make_sale(starts_at=timezone.now() + timedelta(days=30))
    browser = staff(role)
    data = {"what": "any", "quantity": "2", "key": "k1"}
    browser.post(f"/door/{performance.pk}/sell/", data)
    order = Order.objects.get()
    return browser, order, f"/door/{performance.pk}/sell/{order.reference}/later/"


def in_days(days):
    return (timezone.now() + timedelta(days=days)).date().isoformat()


def test_the_box_office_reserves_seats_for_a_customer_on_the_phone():
    browser, order, later = at_the_counter()
    assert later in browser.get(later.removesuffix("later/")).content.decode()
    data = {"name": "Grace", "email": "Grace@example.org", "last_day": in_days(10)}
    page = browser.post(later, data, follow=True).content.decode()
    order.refresh_from_db()
    assert (order.status, order.email, order.name) == ("reserved", "grace@example.org", "Grace")
    assert IBAN in page and order.reference in page
    assert OutboxEmail.objects.get().to == "grace@example.org"
    assert browser.get(later.removesuffix("later/"))["Location"] == later


@pytest.mark.parametrize(
    "change", [{"email": ""}, {"name": ""}, {"last_day": in_days(-1)}, {"last_day": "soon"}]
)
def test_what_makes_no_sense_gets_an_error_and_reserves_nothing(change):
    browser, order, later = at_the_counter()
    data = {"name": "Grace", "email": "grace@example.org", "last_day": in_days(10)} | change
    assert browser.post(later, data).status_code == 422
    order.refresh_from_db()
    assert order.status == Order.Status.PENDING


def test_the_door_takes_no_orders_on_transfer():
    browser, _order, later = at_the_counter(Role.DOOR)
    assert browser.get(later).status_code == browser.post(later).status_code == 404


def test_a_pending_order_of_a_customer_is_not_found_there():
    order = make_order()
    page = f"/door/{order.performance_id}/sell/{order.reference}/later/"
    assert staff().get(page).status_code == 404
