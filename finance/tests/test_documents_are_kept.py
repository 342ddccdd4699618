"""What the database itself refuses."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from finance.documents.files import file_of
from finance.documents.retention import delete_old_documents
from finance.models import Document, DocumentFile, NumberSeries
from finance.tests.factories import make_invoice, make_order_to_invoice, make_seller
from organisation.models import Seller

pytestmark = pytest.mark.django_db(transaction=True)

ANY = {
    "kind": "invoice",
    "number": "X-2026-00001",
    "year": 2026,
    "sequence": 1,
    "source": "test",
    "order": "K7F39QXM",
    "issued_on": date(2026, 11, 29),
    "keep_until": date(2036, 12, 31),
    "currency": "EUR",
    "gross": Decimal(20),
    "net": Decimal(18),
    "tax": Decimal(2),
    "content": {},
}


def make_document(**changes):
    return Document.objects.create(**{**ANY, "seller": make_seller(), **changes})


def refuses(operation, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        operation()


def test_document_is_kept_refuses_to_change_a_document():
    document = make_invoice()
    changes = {"gross": 1}, {"number": "OTHER"}, {"content": {}}, {"keep_until": date(2026, 1, 1)}
    for change in changes:
        refuses(lambda change=change: Document.objects.update(**change), "never changed")
    refuses(lambda: Document.objects.filter(pk=document.pk).delete(), "never changed")
    assert Document.objects.get().content == document.content


def test_document_file_is_kept_refuses_to_change_a_file():
    file = file_of(make_invoice())
    refuses(lambda: DocumentFile.objects.update(content=b"x", sha256="x"), "never changed")
    refuses(lambda: DocumentFile.objects.all().delete(), "never changed")
    assert bytes(DocumentFile.objects.get().content) == bytes(file.content)


def test_without_the_triggers_it_would_be_changed():
    """Control: the triggers are what refuses."""
    file_of(make_invoice())
    with connection.cursor() as cursor, pytest.raises(ZeroDivisionError), transaction.atomic():
        cursor.execute("ALTER TABLE finance_document DISABLE TRIGGER document_is_kept")
        cursor.execute("ALTER TABLE finance_documentfile DISABLE TRIGGER document_file_is_kept")
        assert Document.objects.update(order="OTHER") == 1
        assert DocumentFile.objects.all().delete()[0] == 1
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("invoices_and_credit_notes_have_numbers", {"number": ""}),
        ("invoices_and_credit_notes_have_numbers", {"sequence": None}),
        ("invoices_and_credit_notes_have_numbers", {"kind": "receipt"}),
        ("document_tax_adds_up", {"net": Decimal(19)}),
        ("document_tax_adds_up", {"gross": Decimal(0), "net": Decimal(0), "tax": Decimal(0)}),
        ("document_is_kept_for_a_time", {"keep_until": date(2026, 11, 29)}),
        ("document_content_has_a_limit", {"content": [str(n) for n in range(400_000)]}),
    ],
)
def test_it_refuses_documents_that_make_no_sense(name, changes):
    refuses(lambda: make_document(**changes), name)


def test_document_number_is_given_once():
    document = make_document()
    again = {"seller": document.seller, "source": "other", "number": "X-2026-00001a"}
    refuses(lambda: make_document(**again), "document_number_is_given_once")


def test_document_number_is_unique():
    make_document()
    refuses(lambda: make_document(source="other"), "document_number_is_unique")


def test_nothing_gets_a_second_document():
    make_document()
    refuses(lambda: make_document(number="Y", sequence=2), "source")


def test_document_file_has_its_hash():
    document = make_document()
    refuses(
        lambda: DocumentFile.objects.create(document=document, content=b"x", sha256="0" * 64),
        "document_file_has_its_hash",
    )


def test_one_number_series_by_seller_and_year():
    series = NumberSeries.objects.create(seller=make_seller(), year=2026)
    refuses(
        lambda: NumberSeries.objects.create(seller=series.seller, year=2026),
        "one_number_series_by_seller_and_year",
    )


# --- Retention --------------------------------------------------------------------------------


def issued_years_ago(years, monkeypatch, settings, keep=10):
    settings.KEEP_DOCUMENTS_YEARS = keep
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() - timedelta(days=366 * years))
    document = make_invoice(make_order_to_invoice())
    file_of(document)
    monkeypatch.setattr(timezone, "now", real)
    return document


@pytest.mark.parametrize(("in_environment", "years"), [(0, 8), (7, 7)])
def test_a_document_keeps_full_years_after_the_year_of_issue(settings, in_environment, years):
    settings.KEEP_DOCUMENTS_YEARS = in_environment
    Seller.objects.filter(pk=make_seller().pk).update(keep_documents_years=8)
    document = make_invoice()
    assert document.keep_until == date(document.issued_on.year + years, 12, 31)


def test_old_documents_are_deleted_with_their_series(monkeypatch, settings):
    document = issued_years_ago(3, monkeypatch, settings, keep=1)
    assert document.keep_until < timezone.localdate()
    assert delete_old_documents() == 1
    assert not Document.objects.exists()
    assert not DocumentFile.objects.exists()
    assert not NumberSeries.objects.exists()


def test_documents_within_their_time_stay(monkeypatch, settings):
    issued_years_ago(3, monkeypatch, settings, keep=10)
    make_invoice()
    assert delete_old_documents() == 0
    assert Document.objects.count() == 2
