"""Performances on sale are changed by API and files through the operations of the admin."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import models
from django.test import RequestFactory
from django.utils import timezone
from icalendar import Calendar

from api.tests.callers import make_account, with_key
from bookings.aftersale.cancellation import cancel_tickets
from bookings.documents.calendar_file import calendar_of
from bookings.models import LedgerEntry
from bookings.tests.factories import make_paid_order, make_sale
from emails.models import OutboxEmail
from payments.models import Refund
from shows.catalogue_files import InvalidCatalogueFile, catalogue_document, import_catalogue
from shows.catalogue_tables import parse_table, table_rows
from shows.catalogue_write import LOCKED_ON_SALE, InvalidCatalogueData, write_performance
from shows.models import Performance
from shows.tests.factories import make_performance, make_plan, make_show

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order():
    return make_paid_order()


@pytest.fixture
def program():
    return with_key("catalogue")


def locked_by_the_admin(performance):
    """Return the model fields that the admin shows read-only once a performance is on sale."""
    request = RequestFactory().get("/")
    request.user = make_account(is_staff=True, is_superuser=True)
    page = admin.site._registry[Performance]
    before = make_performance(opened=False)
    fields = set(page.get_readonly_fields(request, performance))
    return sorted(fields - set(page.get_readonly_fields(request, before)))


def another(performance, name):
    """Return another value of a field, as `write_performance` takes it."""
    field = performance._meta.get_field(name)
    now = field.value_from_object(performance)
    if isinstance(field, models.ForeignKey):
        others = {"show": make_show, "plan": make_plan, "venue": lambda: make_plan().venue}
        return others[name]().pk
    if isinstance(field, models.DateTimeField):
        return (now or performance.starts_at) - timedelta(hours=1)
    if isinstance(field, models.BooleanField):
        return not now
    if isinstance(field, models.IntegerField):
        return (now or 0) + 1
    return {"currency": "USD"}[name]


def patch(program, performance, **data):
    return program.patch(f"/staff/performances/{performance.pk}", data)


def test_every_field_locked_in_the_admin_is_locked_in_the_api_and_in_files(order, program):
    performance = order.performance
    locked = locked_by_the_admin(performance)
    assert {"show", "venue", "plan", "currency", "starts_at", "doors_at"} <= set(locked)
    assert set(locked) == set(LOCKED_ON_SALE)
    for name in locked:
        value = another(performance, name)
        with pytest.raises(InvalidCatalogueData) as refusal:
            write_performance(performance=performance, data={name: value})
        assert [field for field, _words in refusal.value.faults] == [name]
        sent = value.isoformat() if isinstance(value, datetime) else value
        sent = make_show().slug if name == "show" else sent
        answer = patch(program, performance, **{name: sent})
        if name != "venue":  # It comes with the plan, and clients cannot set it.
            assert answer.status_code in (409, 422), (name, answer.content)
        kept = Performance.objects.get(pk=performance.pk)
        field = performance._meta.get_field(name)
        assert field.value_from_object(kept) == field.value_from_object(performance)
    assert not OutboxEmail.objects.filter(kind="performance_rescheduled").exists()


def test_a_new_time_reschedules(order, program):
    performance = order.performance
    starts_at = performance.starts_at + timedelta(days=7)
    answer = patch(
        program,
        performance,
        starts_at=starts_at.isoformat(),
        refund_until=(timezone.now() + timedelta(days=3)).isoformat(),
        reason="The lorry is late.",
        customer_limit=3,
    )
    assert answer.status_code == 200, answer.content
    moved = Performance.objects.get(pk=performance.pk)
    assert (moved.starts_at, moved.moved_from) == (starts_at, performance.starts_at)
    assert moved.customer_limit == 3
    assert OutboxEmail.objects.get(kind="performance_rescheduled").to == order.email
    entry = LedgerEntry.objects.get(kind="reschedule")
    assert entry.detail["reason"] == "The lorry is late."
    assert entry.actor.startswith("key:")
    order.performance = moved
    event = Calendar.from_ical(calendar_of(order)).walk("VEVENT")[0]
    assert event["SEQUENCE"] == 1
    cancel_tickets(order=order, actor="customer")
    assert Refund.objects.get().amount == order.total


def test_all_changes_are_made_or_none(order, program):
    performance = order.performance
    answer = patch(
        program,
        performance,
        starts_at=(performance.starts_at + timedelta(days=7)).isoformat(),
        reason="The lorry is late.",
        on_sale_until=(performance.on_sale_from - timedelta(days=1)).isoformat(),
    )
    assert answer.status_code == 422, answer.content
    assert Performance.objects.get(pk=performance.pk).starts_at == performance.starts_at
    assert not LedgerEntry.objects.filter(kind="reschedule").exists()
    assert not OutboxEmail.objects.filter(kind="performance_rescheduled").exists()


def test_a_new_time_without_a_reason_or_in_the_past_is_rejected(order, program):
    performance = order.performance
    later = (performance.starts_at + timedelta(days=7)).isoformat()
    answer = patch(program, performance, starts_at=later)
    assert answer.json()["errors"][0]["pointer"] == "/body/reason"
    answer = patch(program, performance, starts_at="2020-01-01T20:00Z", reason="?")
    assert answer.json()["type"].endswith("invalid-data"), answer.content
    offer = {"refund_until": (timezone.now() + timedelta(days=3)).isoformat()}
    assert patch(program, performance, **offer).status_code == 422
    assert not LedgerEntry.objects.filter(kind="reschedule").exists()


def test_unchanged_values_are_not_a_change(order, program):
    performance = order.performance
    answer = patch(
        program,
        performance,
        starts_at=performance.starts_at.isoformat(),
        show=performance.show.slug,
        plan=performance.plan_id,
        currency="eur",
        prices=[{"category": "Regular", "price": "45.00", "fee": "5.00"}],
        customer_limit=2,
    )
    assert answer.status_code == 200, answer.content
    assert Performance.objects.get(pk=performance.pk).customer_limit == 2
    assert not LedgerEntry.objects.filter(kind__in=["reschedule", "price_change"]).exists()


def test_new_prices_are_logged(order, program):
    performance = order.performance
    prices = [{"category": "Regular", "price": "50.00", "fee": "4.00"}]
    answer = patch(program, performance, prices=prices)
    assert answer.json()["errors"][0]["pointer"] == "/body/reason"
    answer = patch(program, performance, prices=prices, reason="Sells well.")
    assert answer.json()["prices"][0]["price"]["amount"] == "50.00", answer.content
    entry = LedgerEntry.objects.get(kind="price_change")
    assert entry.detail["reason"] == "Sells well."
    assert entry.detail["prices"][0]["before"] == "45.00"
    assert order.tickets.first().price == Decimal("45.00")


def test_a_cancelled_performance_keeps_its_prices(order, program):
    Performance.objects.update(status=Performance.Status.CANCELLED)
    prices = [{"category": "Regular", "price": "50.00", "fee": "4.00"}]
    answer = patch(program, order.performance, prices=prices, reason="Why not.")
    assert answer.status_code == 422
    assert order.performance.price_categories.get().price == Decimal("45.00")


@pytest.mark.parametrize("file", ["json", "csv"])
@pytest.mark.parametrize("name", ["doors_at", "currency", "prices"])
def test_a_file_does_not_silently_change_what_is_on_sale(order, file, name):
    performance = order.performance
    document = catalogue_document()
    if file == "csv":
        document = as_csv(document)
    assert import_catalogue(document)["performances"] == 1
    row = document["performances"][0]
    row[name] = {
        "doors_at": (performance.starts_at - timedelta(hours=1)).isoformat(),
        "currency": "USD",
        "prices": "Regular=99.00=5.00"
        if file == "csv"
        else [{"category": "Regular", "price": "99.00", "fee": "5.00"}],
    }[name]
    with pytest.raises(InvalidCatalogueFile) as refusal:
        import_catalogue(document)
    assert f".{name}: This performance is on sale" in str(refusal.value)
    kept = Performance.objects.get(pk=performance.pk)
    assert (kept.doors_at, kept.currency) == (performance.doors_at, "EUR")
    assert kept.price_categories.get().price == Decimal("45.00")


def test_a_draft_can_be_changed(program):
    performance = make_performance(opened=False, status="draft")
    later = performance.starts_at + timedelta(days=7)
    prices = [{"category": "Regular", "price": "50.00"}]
    answer = patch(program, performance, starts_at=later.isoformat(), prices=prices)
    assert answer.status_code == 200, answer.content
    assert Performance.objects.get(pk=performance.pk).starts_at == later
    assert not LedgerEntry.objects.exists()


def test_a_performance_put_on_sale_meanwhile_is_locked():
    """The row was read as a draft, and is on sale by now."""
    sale = make_sale()
    stale = Performance.objects.get(pk=sale.pk)
    stale.opened_at, stale.status = None, Performance.Status.DRAFT
    with pytest.raises(InvalidCatalogueData):
        write_performance(performance=stale, data={"currency": "USD"})
    write_performance(performance=stale, data={"customer_limit": 2})
    kept = Performance.objects.get(pk=sale.pk)
    assert (kept.status, kept.customer_limit) == (Performance.Status.PUBLISHED, 2)
    assert kept.opened_at


def as_csv(document):
    import csv
    import io

    text = io.StringIO()
    csv.writer(text).writerows(table_rows(document["performances"], "performances"))
    return parse_table(text.getvalue().encode())


@pytest.mark.parametrize(("zone", "status"), [("Europe/London", 422), ("Europe/Vienna", 200)])
def test_the_zone_of_a_venue_does_not_move_what_is_on_sale(order, program, zone, status):
    """A zone with the same local time is a correction that nobody sees."""
    venue = order.performance.venue
    assert venue.time_zone == "Europe/Berlin"
    answer = program.patch(f"/staff/venues/{venue.slug}", {"time_zone": zone})
    assert answer.status_code == status, answer.content
    if status == 422:
        assert "its local time would change" in str(answer.json())
    venue.refresh_from_db()
    assert venue.time_zone == (zone if status == 200 else "Europe/Berlin")


def test_the_zone_of_a_venue_without_sales_can_be_changed(program):
    performance = make_performance(opened=False)
    answer = program.patch(f"/staff/venues/{performance.venue.slug}", {"time_zone": "Asia/Tokyo"})
    assert answer.status_code == 200, answer.content
