"""Tax documents in the admin: found, read, downloaded; never changed."""

import csv
import io
import zipfile

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.aftersale.partial_refunds import refund_amount
from core.admin.confirmation import CONFIRMED
from finance.documents.files import file_of
from finance.documents.issuing import issue_due_documents
from finance.documents.receipts import store_receipt
from finance.models import Document
from finance.tests.factories import (
    DETAILS,
    make_invoice,
    make_order_to_invoice,
    make_seller,
    make_taxed_sale,
)

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/finance/document/"
MONTH = "/admin/finance/document/month/"


@pytest.fixture
def finance(client):
    client.force_login(make_staff(Role.FINANCE))
    return client


def asked_for(document, **changes):
    return {
        CONFIRMED: "yes",
        "year": document.issued_on.year,
        "month": document.issued_on.month,
        **changes,
    }


def unzipped(response):
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_documents_are_found_by_number_and_order(finance):
    first = make_invoice()
    second = make_invoice(make_order_to_invoice(make_taxed_sale(seller=first.seller)))
    for words in (first.number, first.number.lower(), first.order):
        text = finance.get(LIST, {"q": words}).content.decode()
        assert first.number in text and second.number not in text
    assert DETAILS["name"].replace("&", "&amp;") in text


def test_the_page_shows_tax_by_rate_and_hash(finance):
    invoice = make_invoice()
    file = file_of(invoice)
    text = finance.get(f"{LIST}{invoice.pk}/change/").content.decode()
    assert "7%: €5.23" in text and file.sha256 in text


def test_the_file_is_the_one_that_was_issued(finance):
    invoice = make_invoice()
    response = finance.get(reverse("admin:finance_document_download", args=[invoice.pk]))
    assert response.content == bytes(invoice.file.content)
    assert f"invoice-{invoice.number}.pdf" in response["Content-Disposition"]


def test_nothing_can_be_added_changed_or_deleted(admin_client):
    invoice = make_invoice()
    for page in ("add/", f"{invoice.pk}/delete/"):
        assert admin_client.get(f"{LIST}{page}").status_code == 403
    assert admin_client.post(f"{LIST}{invoice.pk}/change/", {"order": "X"}).status_code == 403
    assert "delete_selected" not in admin_client.get(LIST).content.decode()
    assert Document.objects.get().order == invoice.order


def test_the_door_sees_none(client):
    client.force_login(make_staff(Role.DOOR))
    invoice = make_invoice()
    url = reverse("admin:finance_document_download", args=[invoice.pk])
    assert [client.get(page).status_code for page in (LIST, MONTH, url)] == [403, 404, 404]


# --- The month --------------------------------------------------------------------------------


def test_a_month_has_all_its_documents_and_a_list(finance):
    order = make_order_to_invoice()
    invoice = make_invoice(order)
    refund_amount(order=order, amount=invoice.gross, actor="x", reason="x", request_key="k")
    issue_due_documents()
    receipt = store_receipt(order)
    with unzipped(finance.post(MONTH, asked_for(invoice))) as archive:
        note = Document.objects.get(kind="credit_note")
        assert sorted(archive.namelist()) == [
            f"credit-notes/credit-note-{note.number}.pdf",
            "documents.csv",
            f"invoices/invoice-{invoice.number}.pdf",
            f"receipts/receipt-{order.reference}-{receipt.pk}.pdf",
        ]
        file = archive.read(f"invoices/invoice-{invoice.number}.pdf")
        assert file == bytes(invoice.file.content)
        rows = list(csv.DictReader(io.StringIO(archive.read("documents.csv").decode("utf-8-sig"))))
    assert len(rows) == 6
    booked = [row for row in rows if row["number"]]
    assert sum(float(row["gross"]) for row in booked) == 0
    assert {row["VAT number"] for row in booked} == {DETAILS["vat_id"]}
    assert {row["SHA-256"] for row in booked} >= {invoice.file.sha256}


def test_a_month_of_one_seller_has_only_its_documents(finance):
    invoice = make_invoice()
    other = make_invoice(make_order_to_invoice(make_taxed_sale(seller=make_seller())))
    with unzipped(finance.post(MONTH, asked_for(invoice, seller=other.seller.pk))) as archive:
        assert [name for name in archive.namelist() if name.endswith("pdf")] == [
            f"invoices/invoice-{other.number}.pdf"
        ]


def test_a_month_without_documents_is_an_empty_list(finance):
    invoice = make_invoice()
    with unzipped(finance.post(MONTH, asked_for(invoice, year=2001))) as archive:
        assert archive.namelist() == ["documents.csv"]


@pytest.mark.parametrize("changes", [{"month": 13}, {"month": "x"}, {"year": 1}, {"seller": 999}])
def test_a_wrong_month_is_reported(finance, changes):
    assert finance.post(MONTH, asked_for(make_invoice(), **changes)).status_code == 422
