"""Redis stops during a sale: sales continue, and the e-mail is sent once it is back."""

import pytest
from django.core import mail
from django.urls import reverse

from bookings.ledger.audit import audit
from bookings.models import Order, Ticket
from emails.tasks import render_due_emails, send_queued_emails

from .factories import make_sale, seats_of

pytestmark = pytest.mark.django_db(transaction=True)


def buy(client, performance):
    """Buy two seats as a guest through the pages; return the order."""
    address = reverse("bookings:performance", args=[performance.pk])
    assert client.get(address).status_code == 200
    hold = reverse("bookings:hold", args=[performance.pk])
    held = client.post(hold, {"seat": seats_of(performance, "A1", "A2")})
    assert held.status_code == 303
    basket = client.get(held.url)
    form = {
        "quote": basket.context["quote"].token,
        "email": "alice@example.org",
        "name": "Alice",
        "terms": "on",
    }
    to_bank = client.post(held.url, form)
    assert to_bank.status_code == 303
    paid = client.post(to_bank.url, {"answer": "pay"})
    assert client.get(paid.headers["Location"]).status_code == 200
    return Order.objects.get()


@pytest.mark.parametrize("trouble", ["redis_unavailable", "redis_hangs"])
def test_browsing_holding_and_buying_still_work(client, request, trouble):
    performance = make_sale()
    assert client.get("/").status_code == 200
    request.getfixturevalue(trouble)
    assert client.get("/shows/").status_code == 200
    order = buy(client, performance)
    assert order.status == Order.Status.PAID
    assert Ticket.objects.valid().count() == 2
    assert audit() == []


def test_the_email_is_sent_by_the_next_beat(client, request, settings):
    settings.EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    request.getfixturevalue("redis_unavailable")
    buy(client, make_sale())
    assert mail.outbox == []
    for _round in range(2):
        render_due_emails()
        send_queued_emails()
    emails = [email for email in mail.outbox if email.to == ["alice@example.org"]]
    assert len(emails) == 1
