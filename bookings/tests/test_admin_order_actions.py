"""Order actions in the admin: confirmed, applied, and logged with actor and reason."""

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import LedgerEntry, Order
from payments.models import Payment, Refund

from .factories import make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

CONFIRMED = {"confirmed": "yes", "reason": "A pillar."}


def staff(role=Role.BOX_OFFICE):
    browser = Client()
    browser.staff = make_staff(role)
    browser.force_login(browser.staff)
    return browser


def url(name, order):
    return reverse(f"admin:bookings_order_{name}", args=[order.pk])


def test_a_partial_refund_is_made_once_however_often_it_is_posted():
    order, browser = make_paid_order(), staff()
    page = browser.get(url("refund", order)).content.decode()
    assert "You can refund at most €90." in page
    data = CONFIRMED | {"amount": "12.34", "request_key": "abc"}
    for _ in range(2):
        browser.post(url("refund", order), data)
    assert Refund.objects.get().amount == Decimal("12.34")
    assert "A pillar." in LogEntry.objects.first().change_message
    page = browser.get(url("change", order)).content.decode()
    assert "€12.34" in page and "A pillar." in page


@pytest.mark.parametrize("amount", ["", "0", "1.234", "much"])
def test_an_invalid_amount_gets_an_error(amount):
    order = make_paid_order()
    data = CONFIRMED | {"amount": amount, "request_key": "abc"}
    assert staff().post(url("refund", order), data).status_code == 422
    assert not Refund.objects.exists()


def test_too_high_an_amount_is_refused_with_the_balance():
    order = make_paid_order()
    data = CONFIRMED | {"amount": "90.01", "request_key": "abc"}
    answer = staff().post(url("refund", order), data)
    page = answer.content.decode()
    assert answer.status_code == 422 and "You can refund at most €90." in page
    assert 'value="90.01"' in page and "A pillar." in page


def test_without_a_balance_no_refund_is_offered():
    order, browser = make_paid_order(), staff()
    browser.post(url("refund", order), CONFIRMED | {"amount": "90", "request_key": "abc"})
    page = browser.get(url("refund", order), follow=True).content.decode()
    assert "Nothing left to refund for this order." in page


def test_tickets_move_to_a_named_seat():
    order, browser = make_paid_order(), staff()
    ticket = order.tickets.order_by("place_id").first()
    data = CONFIRMED | {f"ticket_{ticket.pk}": "stalls c 7"}
    page = browser.post(url("move", order), data, follow=True).content.decode()
    assert "The price is the same." in page and "Stalls, row C, seat 7" in page
    assert LedgerEntry.objects.get(kind="move").actor == f"staff:{browser.staff.pk}"


def test_moving_names_unknown_and_unavailable_seats():
    order, browser = make_paid_order(), staff()
    make_hold(performance=order.performance, labels=["C7"])
    ticket = order.tickets.first()
    unknown = browser.post(url("move", order), CONFIRMED | {f"ticket_{ticket.pk}": "Z99"})
    assert unknown.status_code == 422 and "found for “Z99”" in unknown.content.decode()
    nothing = browser.post(url("move", order), CONFIRMED)
    assert "Choose a new seat for at least one ticket" in nothing.content.decode()
    taken = browser.post(url("move", order), CONFIRMED | {f"ticket_{ticket.pk}": "C7"}, follow=True)
    assert "Stalls, row C, seat 7" in taken.content.decode()
    assert not LedgerEntry.objects.filter(kind="move").exists()


def test_a_note_is_stored_with_its_history():
    order, browser = make_paid_order(), staff()
    for note in ("Calls back.", "Called back.", "Called back."):
        browser.post(url("add_note", order), CONFIRMED | {"note": note})
    assert Order.objects.get().note == "Called back."
    notes = [
        entry.detail["reason"] for entry in LedgerEntry.objects.filter(kind="note").order_by("pk")
    ]
    assert notes == ["Calls back.", "Called back."]
    assert "Called back." in browser.get(url("change", order)).content.decode()


def test_an_order_is_found_by_the_end_of_its_payment_reference():
    order = make_paid_order()
    make_paid_order(hold=make_hold(labels=["A5"]), email="bob@example.org")
    Payment.objects.filter(purpose=order.reference).update(provider_reference="ch_99-4242")
    page = staff().get(reverse("admin:bookings_order_changelist"), {"q": "4242"}).content.decode()
    assert order.reference in page and "bob@example.org" not in page


def test_complimentary_tickets_are_issued_for_named_seats():
    performance, browser = make_sale(), staff()
    address = reverse("admin:shows_performance_comps", args=[performance.pk])
    data = CONFIRMED | {"name": "Grace", "email": "grace@example.org", "request_key": "abc"}
    wrong = browser.post(address, data | {"places": "Z99"})
    assert wrong.status_code == 422 and "found for “Z99”" in wrong.content.decode()
    for _ in range(2):
        browser.post(address, data | {"places": "A1\nstalls a 2\n"})
    order = Order.objects.get()
    assert (order.quantity, order.total, order.note) == (2, 0, "A pillar.")


@pytest.mark.parametrize("role", [Role.DOOR, Role.FINANCE])
@pytest.mark.parametrize("name", ["refund", "move", "add_note"])
def test_staff_with_view_permission_cannot_change(role, name):
    order = make_paid_order()
    assert staff(role).post(url(name, order), CONFIRMED | {"amount": "1"}).status_code == 403
    assert not Refund.objects.exists()


@pytest.mark.parametrize("role", [Role.DOOR, Role.FINANCE])
def test_staff_with_view_permission_cannot_issue_comps(role):
    performance = make_sale()
    address = reverse("admin:shows_performance_comps", args=[performance.pk])
    assert staff(role).post(address, CONFIRMED).status_code == 403
