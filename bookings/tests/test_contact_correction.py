"""Correcting the name and the address of an order."""

import pytest
from django.test import Client

from accounts.tests.factories import make_user
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry
from bookings.sale.customers import Customer
from bookings.staff_operations.order_details import correct_contact
from emails.models import OutboxEmail
from emails.rendering import render_due_emails

from .factories import make_order, make_paid_order

pytestmark = pytest.mark.django_db(transaction=True)

RIGHT = {
    "name": "Alice Archer",
    "email": "Alice.Archer@example.org",
    "actor": "staff:1",
    "reason": "Typo.",
}


def test_the_tickets_are_sent_to_the_new_address_only():
    order = make_paid_order(email="alcie@example.org")
    render_due_emails()
    key, secrets = order.key, set(order.tickets.values_list("secret", flat=True))
    order = correct_contact(order=order, **RIGHT)
    assert (order.name, order.email) == ("Alice Archer", "alice.archer@example.org")
    assert OutboxEmail.objects.get(to="alcie@example.org").state == "skipped"
    assert OutboxEmail.objects.get(to=order.email).kind == "order_confirmation"
    assert secrets.isdisjoint(order.tickets.values_list("secret", flat=True))
    assert set(order.tickets.values_list("version", flat=True)) == {2}
    old = Client().get(f"{order.get_absolute_url()}?key={key}")
    assert old.status_code == 404
    assert Client().get(f"{order.get_absolute_url()}?key={order.key}").status_code == 303
    stranger = make_user("alcie@example.org")
    assert not order.is_of(Customer("other", stranger))
    assert audit() == []


def test_the_log_says_what_was_changed_but_not_to_what():
    order = correct_contact(order=make_paid_order(), **RIGHT)
    entry = LedgerEntry.objects.get(kind="contact")
    assert entry.order == order.reference
    assert (entry.detail["reason"], entry.detail["changed"]) == ("Typo.", ["email"])
    assert "example.org" not in str(entry.detail)


def test_a_new_name_keeps_the_codes_and_renames_its_tickets():
    order = make_paid_order()
    secrets = set(order.tickets.values_list("secret", flat=True))
    first = order.tickets.first()
    order.tickets.filter(pk=first.pk).update(holder="Somebody Else")
    correct_contact(order=order, **RIGHT | {"name": "Alice Abbot", "email": order.email})
    assert set(order.tickets.values_list("holder", flat=True)) == {"Somebody Else", "Alice Abbot"}
    assert secrets == set(order.tickets.values_list("secret", flat=True))


def test_repeating_it_only_sends_again():
    order = correct_contact(order=make_paid_order(), **RIGHT)
    correct_contact(order=order, **RIGHT)
    assert LedgerEntry.objects.filter(kind="contact").count() == 1
    assert OutboxEmail.objects.filter(to=order.email).count() == 2


def test_an_order_that_is_not_paid_is_corrected_without_sending_tickets():
    order = correct_contact(order=make_order(), **RIGHT)
    assert order.email == "alice.archer@example.org"
    assert not OutboxEmail.objects.exists()
