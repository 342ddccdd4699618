"""Delete expired baskets, and anonymise old guest orders but keep their amounts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.ledger import retention
from bookings.ledger.audit import audit
from bookings.ledger.retention import anonymise_old_guests, delete_old_baskets
from bookings.models import Hold, Order
from bookings.sale.release import release_hold, sweep_lapsed_holds
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from shows.models import Performance
from shows.tests.factories import make_user

from .factories import age_hold, make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


def make_booking(days, *, email="alice@example.org", user=None, **fields):
    """Make an order, with its e-mail sent, for a performance that many days ago."""
    hold = make_hold(performance=make_sale(), labels=["A1"])
    order = make_paid_order(hold=hold, email=email, user=user)
    past = timezone.now() - timedelta(days=days)
    Performance.objects.filter(pk=order.performance_id).update(starts_at=past, doors_at=None)
    render_due_emails(batch=50)
    return order


class TestBaskets:
    def test_baskets_that_were_never_ordered_are_deleted(self, settings):
        settings.KEEP_BASKETS_DAYS = 30
        performance = make_sale()
        lapsed, young, released, open_one, bought = (
            make_hold(performance=performance, labels=[label])
            for label in ("A1", "A2", "A3", "A4", "A5")
        )
        make_paid_order(hold=bought)
        release_hold(hold=released, actor="test")
        for hold, days in ((lapsed, 31), (young, 29), (released, 31), (bought, 31)):
            age_hold(hold, days=days)
        sweep_lapsed_holds()
        age_hold(open_one, days=31)  # Not swept yet.
        assert delete_old_baskets() == 2
        left = {young.pk, open_one.pk, bought.pk}
        assert set(Hold.objects.values_list("pk", flat=True)) == left
        assert audit() == []

    def test_it_runs_until_all_are_deleted(self, monkeypatch):
        monkeypatch.setattr(retention, "BATCH", 1)
        performance = make_sale()
        for label in ("A1", "A2", "A3"):
            age_hold(make_hold(performance=performance, labels=[label]), days=400)
        sweep_lapsed_holds()
        assert [delete_old_baskets(), delete_old_baskets()] == [3, 0]


class TestGuests:
    def test_names_and_addresses_are_erased_and_the_log_is_kept(self, settings):
        settings.KEEP_GUESTS_DAYS = 100
        order, young = make_booking(101), make_booking(99)
        total, ticket = order.total, order.tickets.get()
        assert anonymise_old_guests() == 1
        order.refresh_from_db()
        ticket.refresh_from_db()
        assert order.email.endswith("@closed.invalid") and order.name.startswith("closed-")
        assert (order.total, order.status, ticket.holder) == (total, "paid", "")
        assert OutboxEmail.objects.get(about__order=order.reference).to == order.email
        young.refresh_from_db()
        assert young.email == "alice@example.org"
        assert OutboxEmail.objects.get(about__order=young.reference).to == young.email
        assert OutboxEmail.objects.exclude(text="").get().to == young.email
        assert audit() == []
        assert anonymise_old_guests() == 0

    def test_orders_of_one_guest_stay_together(self):
        first, second = make_booking(2000), make_booking(2001)
        other = make_booking(2000, email="bob@example.org")
        assert anonymise_old_guests() == 3
        emails = dict(Order.objects.values_list("pk", "email"))
        assert emails[first.pk] == emails[second.pk] != emails[other.pk]

    def test_orders_of_accounts_are_kept(self):
        order = make_booking(2000, user=make_user(email="alice@example.org"))
        assert anonymise_old_guests() == 0
        order.refresh_from_db()
        assert order.name == "Alice Archer"
