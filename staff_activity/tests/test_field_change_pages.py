"""The pages of field changes and staff actions."""

from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from shows.tests.factories import make_show, make_venue
from staff_activity.actor import acting_as
from staff_activity.models import FieldChange, SignIn, StaffAction
from staff_activity.tests.admin_forms import form_of

pytestmark = pytest.mark.django_db


def test_a_manager_finds_and_reads_them(admin, manager):
    with acting_as(manager, "192.0.2.7"):
        venue = make_venue(name="Old Gasworks", city="Berlin")
        venue.city = "Bonn"
        venue.save()
        show = make_show(title="Nachtmusik")
    url = reverse("admin:staff_activity_fieldchange_changelist")
    page = admin.get(url, {"q": "Bonn"}).content.decode()
    assert "Old Gasworks, Bonn" in page and manager.email in page and "192.0.2.7" in page
    assert "Nachtmusik" not in page
    assert "User" in page and "Timestamp" not in page
    nothing = admin.get(url, {"q": "Nobody"}).content.decode()
    assert "No results" in nothing
    kind = FieldChange.objects.get(object_pk=show.pk, content_type__model="show").content_type_id
    found = admin.get(url, {"of": kind}).context["cl"].result_list
    assert [change.object_repr for change in found] == ["Nachtmusik"]

    change = FieldChange.objects.get(action=FieldChange.Action.UPDATE)
    User.objects.filter(pk=manager.pk).update(time_zone="Asia/Tokyo")
    page = admin.get(
        reverse("admin:staff_activity_fieldchange_change", args=[change.pk])
    ).content.decode()
    assert "Berlin" in page and reverse("admin:venues_venue_change", args=[venue.pk]) in page
    assert "(&#x27;" not in page
    assert f"{change.timestamp.astimezone(ZoneInfo('Asia/Tokyo')):%Y, %H:%M:%S}" in page


def test_staff_actions_can_be_read_too(admin):
    venue = make_venue()
    url = reverse("admin:venues_venue_change", args=[venue.pk])
    admin.post(url, form_of(admin.get(url), city="Bonn"))
    page = admin.get(reverse("admin:staff_activity_staffaction_changelist")).content.decode()
    assert str(venue.name) in page and "Changed" in page
    step = StaffAction.objects.get()
    page = admin.get(
        reverse("admin:staff_activity_staffaction_change", args=[step.pk])
    ).content.decode()
    assert "Changed" in page and "(&#x27;" not in page


@pytest.mark.parametrize("name", ["fieldchange", "staffaction", "signin"])
def test_they_are_read_only_and_for_managers_and_finance(admin, manager, name):
    with acting_as(manager):
        make_venue()
    StaffAction.objects.log_actions(manager.pk, [make_venue()], 2, "x")
    row = {"fieldchange": FieldChange, "staffaction": StaffAction, "signin": SignIn}[
        name
    ].objects.first()
    lists = reverse(f"admin:staff_activity_{name}_changelist")
    assert lists in admin.get("/admin/").content.decode()
    assert admin.get(lists).status_code == 200
    for url in ("add", "change", "delete"):
        args = [] if url == "add" else [row.pk]
        address = reverse(f"admin:staff_activity_{name}_{url}", args=args)
        assert admin.post(address, {"post": "yes"}).status_code == 403
    for role in (Role.BOX_OFFICE, Role.DOOR, Role.FINANCE):
        browser = Client()
        browser.force_login(make_staff(role))
        may = role == Role.FINANCE
        assert browser.get(lists).status_code == (200 if may else 403)
        assert (lists in browser.get("/admin/").content.decode()) == may
    assert type(row).objects.filter(pk=row.pk).exists()


def test_finance_sees_changes_by_staff_but_not_customer_data(manager):
    customer = make_user("customer@example.org", name="Cora")
    colleague = make_staff(Role.DOOR, "colleague@example.org")
    with acting_as(manager):
        for user in (customer, colleague):
            user.name = f"{user.name} Changed"
            user.save()
    StaffAction.objects.log_actions(manager.pk, [customer], 2, "step-of-customer")
    StaffAction.objects.log_actions(manager.pk, [colleague], 2, "step-of-colleague")
    SignIn.objects.create(kind="in", user=customer)
    SignIn.objects.create(kind="in", user=colleague)
    SignIn.objects.create(kind="failed", typed="mistyped@example.org")
    lists = [
        reverse(f"admin:staff_activity_{name}_changelist")
        for name in ("fieldchange", "staffaction", "signin")
    ]
    for role in (Role.FINANCE, Role.MANAGER):
        browser = Client()
        browser.force_login(make_staff(role, f"{role.name.lower()}-2@example.com"))
        for page in lists:
            text = browser.get(page).content.decode()
            assert "colleague@example.org" in text
            for words in ("customer@example.org", "mistyped@example.org"):
                is_there = words in text
                assert not (is_there and role == Role.FINANCE), (page, words)
                if role == Role.MANAGER and words.startswith("customer"):
                    assert is_there, page
            # Filtering by account needs the permission to view accounts.
            assert ("data-ajax--url" in text) == (role == Role.MANAGER), page
        line = FieldChange.objects.get(object_pk=str(customer.pk))
        response = browser.get(reverse("admin:staff_activity_fieldchange_change", args=[line.pk]))
        assert response.status_code == (302 if role == Role.FINANCE else 200)


def test_the_number_of_queries_does_not_grow_with_the_rows(admin, manager):
    lists = [
        reverse(f"admin:staff_activity_{name}_changelist")
        for name in ("fieldchange", "staffaction", "signin")
    ]

    def add(number):
        for _ in range(number):
            with acting_as(manager):
                venue = make_venue()
            StaffAction.objects.log_actions(manager.pk, [venue], 2, "x")
            SignIn.objects.create(kind="in", user=manager)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            for url in lists:
                assert admin.get(url).status_code == 200
        return len(seen)

    add(2)
    queries()
    few = queries()
    add(6)
    assert queries() == few
