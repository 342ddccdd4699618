"""/accounts/data/: download the data of an account, and delete the account."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from bookings.aftersale.personal_data import AccountInUse, StaffAccount, delete_account
from bookings.models import Order, Ticket
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from shows.models import Performance
from shows.tests.factories import make_user

from .factories import make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    user = make_user(email="alice@example.org", name="Alice Example")
    user.set_password("correct horse")
    user.save()
    return user


def make_booking(user, *, is_over=True, **fields):
    hold = make_hold(performance=make_sale(), labels=["A1"])
    order = make_paid_order(hold=hold, user=user, email=user.email, name=user.name, **fields)
    if is_over:
        past = order.performance.starts_at - timedelta(days=900)
        Performance.objects.filter(pk=order.performance_id).update(starts_at=past, doors_at=None)
    return order


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_it_contains_everything_about_the_account_and_nothing_about_others(alice):
    order = make_booking(alice)
    other = make_booking(make_user(email="bob@example.org"))
    response = browser(alice).get("/accounts/data/concert.json")
    data = response.json()
    assert data["account"]["email"] == "alice@example.org"
    assert [found["reference"] for found in data["orders"]] == [order.reference]
    assert data["orders"][0]["tickets"][0]["price"] == str(order.tickets.get().price)
    assert {email["kind"] for email in data["emails"]} == {"order_confirmation"}
    assert other.reference not in response.content.decode()
    assert "attachment" in response["Content-Disposition"]


def test_anonymous_visitors_get_nothing():
    assert Client().get("/accounts/data/concert.json").status_code == 302
    assert Client().get("/accounts/data/").status_code == 302


def test_deleting_an_account_anonymises_it_and_keeps_the_log(alice):
    order = make_booking(alice)
    render_due_emails()
    before = Order.objects.values("reference", "total", "paid_at", "status").get(pk=order.pk)
    prices = list(Ticket.objects.values_list("price", "fee", "status"))
    name = delete_account(user=alice)
    after = Order.objects.get(pk=order.pk)
    assert Order.objects.values(*before).get(pk=order.pk) == before
    assert list(Ticket.objects.values_list("price", "fee", "status")) == prices
    assert (after.name, after.email) == (name, f"{name}@closed.invalid")
    user = User.objects.get(pk=alice.pk)
    assert (user.is_active, user.name, user.email) == (False, "", after.email)
    assert not user.has_usable_password()
    assert not OutboxEmail.objects.filter(to="alice@example.org").exists()
    assert not OutboxEmail.objects.exclude(text="", html="", subject="").exists()
    assert not OutboxEmail.objects.unsent().exists()


def test_it_cannot_be_deleted_with_upcoming_tickets(alice):
    make_booking(alice, is_over=False)
    with pytest.raises(AccountInUse):
        delete_account(user=alice)
    assert User.objects.get(pk=alice.pk).is_active


def test_it_cannot_be_deleted_while_a_payment_is_pending(alice):
    hold = make_hold(performance=make_sale(), labels=["A1"])
    make_order(hold=hold, user=alice, email=alice.email)
    with pytest.raises(AccountInUse):
        delete_account(user=alice)


def test_staff_accounts_cannot_be_deleted():
    with pytest.raises(StaffAccount):
        delete_account(user=make_user(email="staff@example.org", is_staff=True))


def test_the_page_asks_for_the_password(alice):
    client = browser(alice)
    assert client.get("/accounts/data/").status_code == 200
    wrong = client.post("/accounts/data/", {"password": "wrong"})
    assert wrong.status_code == 422
    assert "Password is incorrect." in wrong.content.decode()
    assert client.post("/accounts/data/").status_code == 422
    assert User.objects.get(pk=alice.pk).is_active
    closed = client.post("/accounts/data/", {"password": "correct horse"}, follow=True)
    assert "Your account has been deleted." in closed.content.decode()
    assert not User.objects.get(pk=alice.pk).is_active
    assert client.get("/accounts/data/").status_code == 302


def test_the_page_says_why_it_cannot_be_deleted(alice):
    make_booking(alice, is_over=False)
    response = browser(alice).post("/accounts/data/", {"password": "correct horse"})
    assert response.status_code == 409
    assert "upcoming shows" in response.content.decode()
