"""/orders/send-again/: send tickets again without revealing whether an address has bookings."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings.aftersale.cancellation import cancel_tickets
from bookings.views.send_again import MOST_BY_ADDRESS, MOST_BY_CLIENT
from emails.models import OutboxEmail
from shows.models import Performance

from .factories import make_order, make_paid_order

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/orders/send-again/"


def ask(email="alice@example.org", client=None):
    return (client or Client()).post(URL, {"email": email})


def email_count():
    return OutboxEmail.objects.filter(kind="order_confirmation").count()


def test_it_asks_for_an_address():
    assert 'type="email"' in Client().get(URL).content.decode()


def test_it_sends_all_upcoming_orders():
    make_paid_order()
    make_paid_order()
    assert email_count() == 2
    assert ask(" Alice@Example.org ").status_code == 200
    assert email_count() == 4
    assert set(OutboxEmail.objects.values_list("to", flat=True)) == {"alice@example.org"}


def test_the_response_is_the_same_for_unknown_addresses():
    make_paid_order()
    known = ask().content.decode().replace("alice@example.org", "")
    unknown = ask("nobody@example.org").content.decode().replace("nobody@example.org", "")
    assert known == unknown
    assert not OutboxEmail.objects.filter(to="nobody@example.org").exists()


def test_it_sends_nothing_unpaid_cancelled_or_past():
    make_order()
    cancel_tickets(order=make_paid_order(), actor="staff:1", by_staff=True)
    past = make_paid_order()
    Performance.objects.filter(pk=past.performance_id).update(
        starts_at=past.performance.starts_at - timedelta(days=90)
    )
    before = email_count()
    ask()
    assert email_count() == before


def test_it_limits_emails_to_one_address_silently():
    make_paid_order()
    pages = [ask() for _ in range(MOST_BY_ADDRESS + 2)]
    assert email_count() == 1 + MOST_BY_ADDRESS
    assert {page.status_code for page in pages} == {200}


def test_it_limits_a_client_that_tries_many_addresses():
    statuses = [ask(f"a{n}@example.org").status_code for n in range(MOST_BY_CLIENT + 1)]
    assert statuses == [200] * MOST_BY_CLIENT + [429]


@pytest.mark.parametrize("email", ["", "no address"])
def test_it_rejects_invalid_addresses(email):
    answer = ask(email)
    assert answer.status_code == 422
    assert "address" in answer.content.decode()


def test_it_still_sends_without_redis(redis_unavailable):
    make_paid_order()
    assert [ask().status_code for _ in range(5)] == [200] * 5
    assert email_count() == 6


def test_it_needs_a_form_of_this_site():
    assert ask(client=Client(enforce_csrf_checks=True)).status_code == 403
