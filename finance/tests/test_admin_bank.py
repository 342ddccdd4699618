"""Bank statements in the admin: importing, and deciding by hand."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import Order
from bookings.tests.test_reservations import make_reserved
from finance.bank import importing
from finance.models import BankStatement, BankTransfer
from payments.models import Payment, Refund

from .statement_files import camt_entry, camt_file

pytestmark = pytest.mark.django_db(transaction=True)

IMPORT = "/admin/finance/bankstatement/import/"


def staff(role=Role.FINANCE):
    browser = Client()
    browser.force_login(make_staff(role))
    return browser


def upload(browser, content, name="november.xml", **options):
    return browser.post(IMPORT, {"file": SimpleUploadedFile(name, content)}, **options)


def url(name, transfer):
    return reverse(f"admin:finance_banktransfer_{name}", args=[transfer.pk])


def left_to_do(order):
    """Return the browser of Finance and a transfer of the order's amount without its reference."""
    browser = staff()
    upload(browser, camt_file(camt_entry(f"{order.total:.2f}", "Concert")))
    return browser, BankTransfer.objects.get()


def test_finance_imports_a_statement_and_sees_what_is_left():
    order, browser = make_reserved(), staff()
    assert browser.get(IMPORT).status_code == 200
    content = camt_file(
        camt_entry(f"{order.total:.2f}", order.reference), camt_entry("5.00", "Rent of the bar")
    )
    page = upload(browser, content, follow=True).content.decode()
    assert "2 new transfers." in page and "1 transfer to decide." in page
    assert "Rent of the bar" in page and "No order reference found" in page
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    listed = browser.get(reverse("admin:finance_bankstatement_changelist")).content.decode()
    assert "november.xml" in listed


@pytest.mark.parametrize(
    ("content", "message"), [(b"x", "read"), (b"<x/>", "read"), (b"", "empty")]
)
def test_another_file_gets_an_error_beside_the_field(content, message):
    response = upload(staff(), content)
    assert response.status_code == 422 and message in response.content.decode()
    assert not BankStatement.objects.exists()


def test_a_file_that_is_too_large_gets_an_error(monkeypatch):
    monkeypatch.setattr(importing, "MAX_BYTES", 10)
    response = upload(staff(), camt_file(camt_entry()))
    assert response.status_code == 422 and "too large" in response.content.decode()


def test_no_file_gets_an_error():
    assert staff().post(IMPORT, {}).status_code == 422


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR])
def test_others_may_not_import(role):
    assert upload(staff(role), camt_file(camt_entry())).status_code in (302, 403, 404)
    assert not BankStatement.objects.exists()


def test_a_transfer_is_assigned_to_an_order():
    order = make_reserved()
    browser, transfer = left_to_do(order)
    assert browser.get(url("assign", transfer)).status_code == 200
    data = {"confirmed": "yes", "reference": order.reference.lower()}
    page = browser.post(url("assign", transfer), data, follow=True).content.decode()
    assert "Paid." in page and order.reference in page
    again = browser.post(url("assign", transfer), data)
    assert again.status_code == 422 and Payment.objects.count() == 1


@pytest.mark.parametrize("reference", ["", "NONE2345"])
def test_an_unknown_order_gets_an_error(reference):
    browser, transfer = left_to_do(make_reserved())
    data = {"confirmed": "yes", "reference": reference}
    assert browser.post(url("assign", transfer), data).status_code == 422


def test_a_transfer_is_sent_back():
    browser, transfer = left_to_do(make_reserved())
    data = {"confirmed": "yes", "reason": "Wrong amount."}
    browser.post(url("send_back", transfer), data)
    assert Refund.objects.get().amount == transfer.amount
    assert browser.post(url("send_back", transfer), data).status_code == 422
    assert Payment.objects.captured().count() == 1


def test_a_transfer_is_ignored_with_a_reason():
    browser, transfer = left_to_do(make_reserved())
    assert browser.post(url("ignore", transfer), {"confirmed": "yes"}).status_code == 422
    browser.post(url("ignore", transfer), {"confirmed": "yes", "reason": "Rent."})
    transfer.refresh_from_db()
    assert (transfer.status, transfer.reason) == ("ignored", "Rent.")
    assert not Payment.objects.exists()
