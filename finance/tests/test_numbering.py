"""Numbers are given without gaps and once each, under concurrency and through crashes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings.models import Order
from core.testing.races import losers, meet_after, race, winners
from finance.documents import files, issuing
from finance.documents.issuing import issue_due_documents, issue_invoice
from finance.models import Document, NumberSeries
from finance.tests.factories import make_order_to_invoice, make_seller, make_taxed_sale

pytestmark = pytest.mark.django_db(transaction=True)

SEATS = [(f"A{number}",) for number in range(1, 9)]


def orders_to_invoice(count, **fields):
    performance = make_taxed_sale(**fields)
    return [make_order_to_invoice(performance, labels=seat) for seat in SEATS[:count]]


def sequences():
    return list(Document.objects.order_by("sequence").values_list("sequence", flat=True))


def test_invoices_issued_at_once_have_no_gaps_and_no_duplicates():
    orders = orders_to_invoice(8)
    outcomes = race(*[lambda order=order: issue_invoice(order=order) for order in orders])
    assert len(winners(outcomes)) == 8
    assert sequences() == list(range(1, 9))
    assert NumberSeries.objects.get().last == 8


def test_without_the_lock_numbers_are_given_twice(monkeypatch):
    """Control: what the row of the series is locked for."""
    orders = orders_to_invoice(4)

    def read(*, seller, year):
        NumberSeries.objects.bulk_create(
            [NumberSeries(seller=seller, year=year)], ignore_conflicts=True
        )
        return NumberSeries.objects.get(seller=seller, year=year)

    NumberSeries.objects.create(
        seller=orders[0].performance.show.seller, year=timezone.localdate().year
    )
    monkeypatch.setattr(issuing, "lock_series", read)
    meet_after(monkeypatch, issuing, "lock_series", 4)
    outcomes = race(*[lambda order=order: issue_invoice(order=order) for order in orders])
    assert len(losers(outcomes, IntegrityError)) == 3


def test_the_first_numbers_of_a_year_can_be_given_at_once():
    orders = orders_to_invoice(2)
    assert not NumberSeries.objects.exists()
    race(*[lambda order=order: issue_invoice(order=order) for order in orders])
    assert sequences() == [1, 2]


def test_an_order_gets_one_invoice_however_often_it_is_issued():
    (order,) = orders_to_invoice(1)
    race(*[lambda: issue_invoice(order=order)] * 4)
    assert sequences() == [1]


def test_a_number_that_was_not_used_is_the_next_one_again(monkeypatch):
    first, second = orders_to_invoice(2)

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(issuing, "issue", die)
        with pytest.raises(KeyboardInterrupt):
            issue_invoice(order=first)
    issue_invoice(order=second)
    issue_invoice(order=first)
    assert sequences() == [1, 2]
    assert Document.objects.get(sequence=1).order == second.reference


def test_a_crash_between_number_and_file_leaves_no_gap(monkeypatch):
    first, second = orders_to_invoice(2)

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(files, "to_pdf", die)
        with pytest.raises(KeyboardInterrupt):
            issue_due_documents()
    assert sequences() == [1, 2]
    assert Document.objects.without_file().count() == 2
    assert issue_due_documents() == 0
    assert sequences() == [1, 2]
    assert not Document.objects.without_file().exists()


def test_sellers_and_years_have_series_of_their_own():
    one, other = make_seller(document_prefix="ONE"), make_seller(document_prefix="TWO")
    with transaction.atomic():
        given = [
            issuing.next_number(seller=seller, on=on)
            for seller, on in [
                (one, date(2026, 12, 31)),
                (other, date(2026, 12, 31)),
                (one, date(2027, 1, 1)),
                (one, date(2026, 12, 31)),
            ]
        ]
    assert given == [
        ("ONE-2026-00001", 1),
        ("TWO-2026-00001", 1),
        ("ONE-2027-00001", 1),
        ("ONE-2026-00002", 2),
    ]


def test_the_sale_gives_no_number():
    (order,) = orders_to_invoice(1)
    assert Order.objects.get(pk=order.pk).invoice_details
    assert not NumberSeries.objects.exists()
