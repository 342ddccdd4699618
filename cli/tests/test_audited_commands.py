"""Changes by commands are recorded as staff activity of the system user."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.tests.factories import make_performance
from staff_activity.models import FieldChange
from venues.plan_format import write_plan
from venues.tests.factories import draft, make_venue

from .test_boxoffice import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def login(monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "anna")


def recorded():
    lines = FieldChange.objects.order_by("pk").select_related("content_type")
    return [(line.content_type.model, line.actor, line.actor_email) for line in lines]


def test_putting_on_sale_is_logged(client):
    performance = make_performance(opened=False, status="draft")
    run("put-on-sale", performance.pk)
    assert set(recorded()) == {("performance", None, "terminal (anna)")}
    assert FieldChange.objects.filter(changes__status=["draft", "published"]).exists()
    client.force_login(make_staff(Role.MANAGER))
    page = client.get(reverse("admin:staff_activity_fieldchange_changelist"), {"q": "terminal"})
    assert "terminal (anna)" in page.content.decode()


def test_a_catalogue_import_is_logged(tmp_path):
    venue = {"slug": "mill", "name": "Mill", "address": "Weir 1", "city": "Bonn"}
    venue |= {"country": "DE", "time_zone": "Europe/Berlin"}
    file = tmp_path / "house.json"
    file.write_text(json.dumps({"venues": [venue], "shows": [], "performances": []}))
    code, said = run("catalogue-import", file)
    assert code == 0, said
    assert recorded() == [("venue", None, "terminal (anna)")]
    venue["city"] = "Köln"
    file.write_text(json.dumps({"venues": [venue], "shows": [], "performances": []}))
    run("catalogue-import", file)
    assert FieldChange.objects.order_by("-pk")[0].changes == {"city": ["Bonn", "Köln"]}


def test_imported_and_generated_plans_are_logged(tmp_path):
    make_venue(slug="mill")
    file = tmp_path / "plan.json"
    file.write_bytes(write_plan(draft()))
    call_command("import_plan", str(file), "--venue", "mill", stdout=StringIO())
    call_command("generate_plan", "--venue=mill", "--section=S: rows=2, seats=3", stdout=StringIO())
    assert recorded() == [("seatingplan", None, "terminal (anna)")] * 2


def test_a_new_superuser_and_a_changed_password_are_logged(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long first one")
    options = {"email": "chief@example.org", "interactive": False, "stdout": StringIO()}
    call_command("createsuperuser", **options)
    made = FieldChange.objects.get()
    assert recorded() == [("user", None, "terminal (anna)")]
    assert made.changes["is_superuser"][1] == "True"
    monkeypatch.setattr("getpass.getpass", lambda prompt: "another long one")
    call_command("changepassword", "chief@example.org", stdout=StringIO())
    changed = FieldChange.objects.order_by("pk").last()
    assert recorded() == [("user", None, "terminal (anna)")] * 2
    assert changed.changes == {"password": ["•••", "•••"]}


def test_reading_and_selling_are_not_logged(monkeypatch):
    """Sales are recorded in the transaction log."""
    performance = make_performance(opened=False, status="draft")
    run("put-on-sale", performance.pk)
    FieldChange.objects.all().delete()
    run("availability", performance.pk)
    run("sell", performance.pk, 2, "--email", "a@example.org", "--name", "Alice")
    run("report")
    assert recorded() == []


def test_an_operating_system_user_without_a_name_is_logged_as_terminal(monkeypatch):
    def nobody():
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr("getpass.getuser", nobody)
    run("put-on-sale", make_performance(opened=False, status="draft").pk)
    assert {actor for _model, _user, actor in recorded()} == {"terminal (?)"}
