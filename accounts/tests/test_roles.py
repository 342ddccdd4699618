import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import reverse

from accounts.roles import PERMISSIONS, Role, appoint, permissions_of_role

from .factories import make_staff, make_user

pytestmark = pytest.mark.django_db

ROOMS = [
    "accounts",
    "venues",
    "organisation",
    "payments",
    "shows",
    "waitingroom",
    "bookings",
    "wallets",
    "door",
    "exports",
    "emails",
]


def held_by(role):
    rows = Permission.objects.filter(group__name=role.value)
    return set(rows.values_list("content_type__app_label", "codename"))


@pytest.mark.parametrize("role", Role)
def test_each_role_has_exactly_the_permissions_of_the_table(role):
    assert held_by(role) == set(permissions_of_role(role))


def test_every_model_of_every_app_is_in_the_table():
    """A new model needs a decision who may see it: at least the manager, or nobody."""
    models = {
        model._meta.label_lower for app in ROOMS for model in apps.get_app_config(app).get_models()
    }
    seen_by_nobody = {
        "emails.emailattachment",  # Shown with their e-mail.
        "bookings.messagerecipient",  # Counted with their message.
        "accounts.setuplink",  # Printed by a command, once.
        "bookings.pagevisits",  # Shown as a figure of the insights.
        "shows.searchterm",  # Copies of public names.
        "waitingroom.turnalert",  # Addresses for one e-mail, deleted after the sale.
        "payments.pageclosing",  # Work for a task.
        "payments.providerkeys",  # For superusers only.
        "payments.providerchoice",  # The same.
        "organisation.mailserver",  # The same.
        "wallets.applewallet",  # The same.
        "wallets.googlewallet",  # The same.
        "wallets.walletpass",  # Shown by wallets.
        "wallets.passregistration",  # Work for a task.
    }
    assert models - seen_by_nobody <= PERMISSIONS[Role.MANAGER].keys()
    assert not any(seen_by_nobody & PERMISSIONS[role].keys() for role in Role)


def test_the_table_names_only_existing_models():
    for table in PERMISSIONS.values():
        for name in table:
            apps.get_model(name)


def test_the_next_migrate_repairs_a_role():
    Group.objects.get(name=Role.DOOR.value).permissions.clear()
    Group.objects.get(name=Role.FINANCE.value).delete()
    clerk = Group.objects.get(name=Role.BOX_OFFICE.value)
    clerk.permissions.add(Permission.objects.get(codename="delete_user"))
    call_command("migrate", verbosity=0)
    for role in Role:
        assert held_by(role) == set(permissions_of_role(role))


def test_it_leaves_other_groups_alone():
    group = Group.objects.create(name="Choir")
    group.permissions.add(Permission.objects.get(codename="view_venue"))
    call_command("migrate", verbosity=0)
    assert group.permissions.count() == 1


def test_it_skips_missing_models(monkeypatch):
    monkeypatch.setitem(PERMISSIONS[Role.DOOR], "waitingroom.turnstile", {"view"})
    call_command("migrate", verbosity=0)
    assert held_by(Role.DOOR) == {
        (app, codename) for app, codename in permissions_of_role(Role.DOOR) if app != "waitingroom"
    }


def test_it_assigns_a_role(alice):
    appoint(user=alice, role=Role.DOOR)
    appoint(user=alice, role=Role.DOOR)
    alice.refresh_from_db()
    assert alice.is_staff
    assert [group.name for group in alice.groups.all()] == ["Door"]


@pytest.mark.parametrize("role", Role)
def test_a_role_can_open_its_forms_and_no_others(role):
    request = RequestFactory().get("/")
    request.user = make_staff(role)
    for model, model_admin in admin.site._registry.items():
        may = PERMISSIONS[role].get(model._meta.label_lower, set())
        if model_admin.has_add_permission(request):
            assert "add" in may, model
        if model_admin.has_delete_permission(request):
            assert "delete" in may, model


def test_customers_cannot_open_the_admin(client, alice):
    client.force_login(alice)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_anonymous_visitors_are_sent_to_the_login_page(client):
    response = client.get("/admin/accounts/user/", follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2Faccounts%2Fuser%2F"


def test_staff_without_a_role_see_nothing(client):
    client.force_login(make_user(is_staff=True))
    assert client.get("/admin/accounts/user/").status_code == 403
