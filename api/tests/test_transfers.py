"""Orders that are paid by bank transfer, and invoices, in the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.models import Order
from bookings.tests.factories import make_sale, seats_of
from finance.documents.issuing import issue_due_documents
from finance.tests.factories import DETAILS
from organisation.tests.factories import make_seller

from .callers import Program, make_staff, with_key

pytestmark = pytest.mark.django_db(transaction=True)
IBAN = "DE89 3704 0044 0532 0130 00"


def ordered(*, days=7, **seller):
    """Return a guest and the reference of the order that they have placed."""
    make_seller(tax_number="1", document_prefix="KAS", **seller)
    sale = make_sale(transfer_days=days, starts_at=timezone.now() + timedelta(days=40))
    guest = Program()
    hold = guest.post(f"/performances/{sale.pk}/holds", {"seats": seats_of(sale, "A1")}).json()
    guest.headers["X-Visitor"] = hold["visitor"]
    body = {"hold": hold["token"], "quote": hold["quote"], "email": "a@example.org", "name": "A"}
    return guest, guest.post("/orders", body).json()["reference"]


def test_an_order_is_reserved_and_the_answer_says_where_to_pay(settings):
    settings.PAYMENT_PROVIDER = "none"
    guest, reference = ordered()
    answer = guest.post(f"/orders/{reference}/transfer").json()
    assert (answer["iban"], answer["reference"]) == (IBAN, reference)
    assert answer["amount"] == {"amount": "45.00", "currency": "EUR"}
    assert guest.post(f"/orders/{reference}/transfer").json() == answer
    order = guest.get(f"/orders/{reference}").json()
    assert order["status"] == order["payment_state"] == "reserved"
    assert order["payable_until"] == answer["payable_until"]


def test_it_is_refused_where_the_performance_does_not_allow_it():
    guest, reference = ordered(days=None)
    answer = guest.post(f"/orders/{reference}/transfer")
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("transfer-not-offered")


def test_strangers_do_not_find_the_order():
    _guest, reference = ordered()
    for path in ("transfer", "invoice", "documents", "documents/1"):
        call = Program().get if "documents" in path else Program().post
        body = [] if "documents" in path else [DETAILS if path == "invoice" else {}]
        assert call(f"/orders/{reference}/{path}", *body).status_code == 404


def test_an_invoice_is_issued_before_the_payment():
    guest, reference = ordered()
    refused = guest.post(f"/orders/{reference}/invoice", DETAILS)
    assert refused.json()["type"].endswith("nothing-to-invoice")
    guest.post(f"/orders/{reference}/transfer")
    answer = guest.post(f"/orders/{reference}/invoice", DETAILS)
    assert (answer.status_code, answer.json()) == (202, {"documents": [], "is_awaited": True})
    issue_due_documents()
    listed = guest.get(f"/orders/{reference}/documents").json()
    (document,) = listed["documents"]
    assert (document["kind"], document["gross"]["amount"]) == ("invoice", "45.00")
    assert not listed["is_awaited"]
    file = guest.get(f"/orders/{reference}/documents/{document['id']}")
    assert file["Content-Type"] == "application/pdf" and file.content.startswith(b"%PDF")


def test_bad_details_name_their_field():
    guest, reference = ordered()
    guest.post(f"/orders/{reference}/transfer")
    answer = guest.post(f"/orders/{reference}/invoice", DETAILS | {"vat_id": "DE1"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/body/vat_id"
    assert Order.objects.get().invoice_details is None


@pytest.mark.parametrize("allowed", [True, False])
def test_staff_issue_invoices_and_extend_reservations(allowed):
    guest, reference = ordered()
    guest.post(f"/orders/{reference}/transfer")
    rights = ["bookings.change_order"] if allowed else ["bookings.view_order"]
    staff = with_key("orders", owner=make_staff(*rights, "finance.view_document"))
    until = (timezone.now() + timedelta(days=20)).isoformat()
    body = {"payable_until": until, "reason": "Bank holiday"}
    extended = staff.post(f"/staff/orders/{reference}/extend", body)
    invoiced = staff.post(f"/staff/orders/{reference}/invoice", DETAILS)
    if not allowed:
        assert (extended.status_code, invoiced.status_code) == (403, 403)
        return
    assert (extended.status_code, invoiced.status_code) == (200, 202)
    naive = staff.post(
        f"/staff/orders/{reference}/extend", body | {"payable_until": "2030-01-01T00:00:00"}
    )
    assert naive.status_code == 422
    assert issue_due_documents() == 1
    listed = staff.get(f"/staff/orders/{reference}/documents").json()
    assert len(listed["documents"]) == 1
