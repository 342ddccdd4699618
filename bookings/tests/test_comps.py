"""Complimentary tickets: issued by staff, logged, and valid at the door."""

import io

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import override
from pypdf import PdfReader

from bookings.documents.ticket_pdf import tickets_pdf
from bookings.exceptions import NothingSelected, NotOnSale, PlacesUnavailable
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order, Place
from bookings.staff_operations.blocking import block_places
from bookings.staff_operations.comps import issue_comps
from bookings.staff_operations.performance_cancellation import (
    cancel_performance,
    refund_cancelled_performances,
)
from emails.models import OutboxEmail
from payments.models import Payment, Refund
from shows.tests.factories import make_performance

from .factories import make_hold, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


def comps(performance, places, **changes):
    wanted = {
        "name": "Grace",
        "email": "Grace@Example.org",
        "actor": "staff:1",
        "reason": "Press.",
        "request_key": "one",
    }
    ids = [place.pk for place in places]
    return issue_comps(performance=performance, place_ids=ids, **wanted | changes)


def test_they_are_a_free_order_with_an_email():
    performance = make_sale()
    order = comps(performance, Place.objects.all()[:2])
    assert (order.status, order.total, order.quantity) == (Order.Status.PAID, 0, 2)
    assert (order.email, order.note) == ("grace@example.org", "Press.")
    assert {ticket.concession for ticket in order.tickets.valid()} == {"Complimentary"}
    assert OutboxEmail.objects.get(kind="order_confirmation").to == "grace@example.org"
    assert LedgerEntry.objects.get(kind="note").detail == {"reason": "Press.", "comp": True}
    assert not Payment.objects.exists()
    assert not audit()


def test_the_customer_reads_them_in_their_language():
    performance = make_sale()
    with override("de"):
        order = comps(performance, Place.objects.all()[:1], language="fr")
    ticket = order.tickets.get()
    assert "rang A, place 1" in ticket.label and not ticket.needs_proof
    for language, name in (("de", "Freikarte"), ("fr", "Invitation"), ("en", "Complimentary")):
        order.language = language
        (page,) = PdfReader(io.BytesIO(tickets_pdf(order=order, tickets=[ticket]))).pages
        text = page.extract_text()
        with override(language):
            assert name in text and _("%s: please bring proof of eligibility.") % name not in text


def test_neither_limits_nor_blocks_prevent_them():
    performance = make_sale(customer_limit=1)
    places = list(Place.objects.all()[:5])
    block_places(performance=performance, place_ids=[places[0].pk], actor="staff:1")
    assert comps(performance, places).quantity == 5
    assert not audit()


def test_the_same_request_key_issues_them_once():
    performance = make_sale()
    places = list(Place.objects.all()[:2])
    assert comps(performance, places) == comps(performance, places)
    assert Order.objects.count() == 1


def test_places_in_a_basket_cannot_be_given_away():
    performance = make_sale()
    make_hold(performance=performance, labels=["A1"])
    with pytest.raises(PlacesUnavailable):
        comps(performance, Place.objects.order_by("pk")[:2])
    assert not Order.objects.exists()


def test_they_need_places_on_sale():
    with pytest.raises(NothingSelected):
        comps(make_sale(), [])
    with pytest.raises(NotOnSale):
        comps(make_performance(opened=False), Place.objects.all()[:1])


def test_cancelling_the_performance_cancels_them_without_refund():
    performance = make_sale()
    order = comps(performance, Place.objects.all()[:2])
    cancel_performance(performance=performance, actor="staff:1", reason="Fire.")
    with pytest.raises(NotOnSale):
        comps(performance, Place.objects.all()[2:4], request_key="two")
    assert refund_cancelled_performances() == 1
    order.refresh_from_db()
    assert order.is_cancelled and not Refund.objects.exists()
    assert OutboxEmail.objects.filter(kind="performance_cancelled").count() == 1
    assert not audit()
