"""Delete what nothing was sold for, archive the rest, and restore it."""

from datetime import timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.sale.customers import Customer
from core.archiving import CannotArchive, archive, remove
from shows.models import Performance, Show
from shows.tests.factories import make_performance, make_plan, make_show, make_user, make_venue
from venues.models import SeatingPlan, Venue

from .browsing import browser_of
from .factories import make_order, make_sale

pytestmark = pytest.mark.django_db

CONFIRMED = {"confirmed": "yes"}


@pytest.fixture
def manager():
    browser = Client()
    browser.force_login(make_staff(Role.MANAGER))
    return browser


def url(row, page="delete"):
    meta = row._meta
    arguments = [] if page == "changelist" else [row.pk]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=arguments)


def listed(manager, row, **query):
    page = manager.get(url(row, "changelist"), query).content.decode()
    return url(row, "change") in page


def over(performance):
    Performance.objects.filter(pk=performance.pk).update(
        starts_at=timezone.now() - timedelta(days=2), doors_at=None
    )
    performance.refresh_from_db()
    return performance


def sold():
    """Make a performance that is over and has a ticket bought by an account."""
    user = make_user()
    order = make_order(user=user)
    return over(order.performance), order, user


@pytest.mark.parametrize(
    "make",
    [make_venue, make_plan, make_show, lambda: make_performance(opened=False, status="draft")],
    ids=["venue", "plan", "show", "performance"],
)
def test_what_nothing_refers_to_is_deleted(manager, make):
    row = make()
    assert "Delete" in manager.get(url(row)).content.decode()
    done = manager.post(url(row), CONFIRMED, follow=True)
    assert "1 item deleted." in done.content.decode()
    assert not type(row).objects.filter(pk=row.pk).exists()
    assert LogEntry.objects.get().is_deletion()


@pytest.mark.parametrize("kind", ["performance", "show", "venue", "plan"])
def test_what_has_sales_is_archived_and_can_be_restored(manager, kind):
    performance, _order, _user = sold()
    row = performance if kind == "performance" else getattr(performance, kind)
    page = manager.get(url(row)).content.decode()
    assert "Archive" in page and "it has " in page

    done = manager.post(url(row), CONFIRMED, follow=True)
    assert "1 item archived." in done.content.decode()
    row.refresh_from_db()
    assert row.is_archived
    assert not listed(manager, row)
    assert listed(manager, row, archived="yes") and listed(manager, row, archived="all")
    assert "Archived on" in manager.get(url(row, "change")).content.decode()

    chosen = {"action": "restore_chosen", ACTION_CHECKBOX_NAME: [row.pk]}
    manager.post(f"{url(row, 'changelist')}?archived=yes", chosen)
    row.refresh_from_db()
    assert not row.is_archived and listed(manager, row)


def test_orders_and_tickets_of_archived_items_can_be_opened(manager):
    performance, order, user = sold()
    for row in (performance, performance.show, performance.plan, performance.venue):
        manager.post(url(row), CONFIRMED)
    assert manager.get(url(order, "change")).status_code == 200
    customer = browser_of(Customer("alice", user))
    assert customer.get(order.get_absolute_url()).status_code == 200
    assert customer.get(reverse("bookings:orders")).status_code == 200


def test_archived_items_are_not_in_the_catalogue():
    performance, _order, _user = sold()
    show, venue = performance.show, performance.venue
    assert list(Show.objects.published()) == [show]
    assert list(Performance.objects.public()) == [performance]
    Show.objects.update(archived_at=timezone.now())
    assert not Show.objects.published().exists()
    assert not Performance.objects.public().exists()
    Show.objects.update(archived_at=None)
    Performance.objects.update(archived_at=timezone.now())
    assert not Performance.objects.public().exists()
    other = make_venue(name="Elsewhere")
    Venue.objects.filter(pk=venue.pk).update(archived_at=timezone.now())
    page = Client().get(reverse("venues:list")).content.decode()
    assert other.name in page and venue.name not in page


@pytest.mark.parametrize("kind", ["performance", "show", "venue", "plan"])
def test_what_is_on_sale_cannot_be_archived(manager, kind):
    performance = make_sale()
    row = performance if kind == "performance" else getattr(performance, kind)
    for response in (
        manager.get(url(row), follow=True),
        manager.post(url(row), CONFIRMED, follow=True),
        manager.post(
            url(row, "changelist"),
            CONFIRMED | {"action": "delete_or_archive", ACTION_CHECKBOX_NAME: [row.pk]},
            follow=True,
        ),
    ):
        assert "has not taken place yet" in response.content.decode()
    row.refresh_from_db()
    assert not row.is_archived


@pytest.mark.parametrize("kind", ["performance", "show", "venue", "plan"])
def test_no_other_action_archives_what_is_on_sale(kind):
    performance = make_sale()
    row = performance if kind == "performance" else getattr(performance, kind)
    for operation in (archive, remove):
        with pytest.raises(CannotArchive, match="has not taken place yet"):
            operation(row=row)
    row.refresh_from_db()
    assert not row.is_archived


@pytest.mark.parametrize("end", ["cancelled", "over", "draft"])
def test_a_venue_whose_performances_are_over_can_be_archived(manager, end):
    performance = make_sale()
    if end == "over":
        over(performance)
    elif end == "cancelled":
        Performance.objects.update(status="cancelled")
    else:
        Performance.objects.update(status="draft", opened_at=None)
    manager.post(url(performance.venue), CONFIRMED)
    performance.venue.refresh_from_db()
    assert performance.venue.is_archived


def test_the_action_says_for_each_item_what_will_happen(manager):
    performance, _order, _user = sold()
    idle = make_show(title="Never played")
    chosen = {
        "action": "delete_or_archive",
        ACTION_CHECKBOX_NAME: [performance.show.pk, idle.pk],
    }
    page = manager.post(url(idle, "changelist"), chosen).content.decode()
    assert "Never played will be deleted." in page
    assert "Nachtmusik will be archived: it has 1 performance." in page
    done = manager.post(url(idle, "changelist"), chosen | CONFIRMED, follow=True).content.decode()
    assert "1 item deleted." in done and "1 item archived." in done
    assert Show.objects.get().is_archived


def test_archived_items_are_not_offered_for_new_performances(manager):
    plan = make_plan()
    query = {"app_label": "shows", "model_name": "performance", "field_name": "plan"}
    offered = manager.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [row["id"] for row in offered] == [str(plan.pk)]
    SeatingPlan.objects.update(archived_at=timezone.now())
    assert manager.get(reverse("admin:autocomplete"), query).json()["results"] == []


def test_archiving_changes_nothing_else_of_a_plan():
    plan = make_plan()
    SeatingPlan.objects.update(archived_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        SeatingPlan.objects.update(name="Other")
    plan.refresh_from_db()
    assert plan.name == "Hall"


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR, Role.FINANCE])
def test_only_managers_can_archive(role):
    browser, show = Client(), make_show()
    browser.force_login(make_staff(role))
    assert browser.post(url(show), CONFIRMED).status_code == 403
    chosen = {"action": "delete_or_archive", ACTION_CHECKBOX_NAME: [show.pk]}
    browser.post(url(show, "changelist"), chosen | CONFIRMED)
    assert Show.objects.exists()
