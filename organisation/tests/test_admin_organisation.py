"""The organisation's page in the admin."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import User
from accounts.roles import Role, appoint
from accounts.tests.factories import make_user
from organisation.models import Organisation
from organisation.tests.factories import set_organisation
from staff_activity.models import FieldChange

pytestmark = pytest.mark.django_db

LIST = reverse("admin:organisation_organisation_changelist")
FORM = reverse("admin:organisation_organisation_change", args=[1])
FIELDS = {
    "name": "Gasworks",
    "accent": "",
    "accent_dark": "",
    "email": "",
    "phone": "",
    "address": "",
    "social_links": "",
    "language": "en",
    "time_zone": "Europe/Berlin",
    "currency": "eur",
    "sender_name": "",
    "sender_address": "Tickets@GASWORKS.example",
    "news_address": "",
    "reply_to": "",
    "hold_minutes": "10",
    "hold_extension_minutes": "5",
    "household_limit_percent": "5",
    "queue_address_limit": "50",
    "shared_networks": "",
}


def picture(size=(400, 100), *, name="logo.png"):
    buffer = io.BytesIO()
    Image.new("RGBA", size, (200, 30, 30, 0)).save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/png")


@pytest.fixture
def manager(client):
    user = make_user()
    appoint(user=user, role=Role.MANAGER)
    client.force_login(user)
    return client


def test_its_list_is_the_form(manager):
    page = manager.get(LIST)
    assert "limit per household" in page.content.decode().lower()
    assert manager.post(LIST, FIELDS).status_code == 302
    assert Organisation.objects.get().name == "Gasworks"


def test_the_form_exists_even_if_the_row_does_not(manager):
    Organisation.objects.all().delete()
    assert manager.get(FORM).status_code == 200


def test_a_manager_changes_it_and_the_change_is_recorded(manager):
    response = manager.post(FORM, FIELDS)
    assert response.status_code == 302, response.context["adminform"].form.errors
    saved = Organisation.objects.get()
    assert (saved.name, saved.currency, saved.hold_minutes) == ("Gasworks", "EUR", 10)
    assert saved.sender == "Gasworks <tickets@gasworks.example>"
    [change] = FieldChange.objects.filter(content_type__model="organisation", action=1)
    assert change.changes["hold_minutes"] == ["8", "10"]
    assert change.actor == User.objects.get()


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR, Role.FINANCE])
def test_other_roles_do_not_see_it(client, role):
    user = make_user()
    appoint(user=user, role=role)
    client.force_login(user)
    assert client.get(FORM).status_code == 403
    assert client.post(FORM, FIELDS).status_code == 403


def test_it_is_neither_added_nor_deleted(manager):
    assert manager.get(reverse("admin:organisation_organisation_add")).status_code == 403
    delete = reverse("admin:organisation_organisation_delete", args=[1])
    assert manager.post(delete, {"post": "yes"}).status_code == 403


def test_an_uploaded_logo_is_a_small_png_with_its_transparency(manager):
    manager.post(FORM, FIELDS | {"logo": picture((2000, 500)), "favicon": picture((300, 300))})
    saved = Organisation.objects.get()
    logo, icon = Image.open(saved.logo), Image.open(saved.favicon)
    assert (logo.format, logo.size, logo.mode) == ("PNG", (800, 200), "RGBA")
    assert icon.size == (192, 192)
    # It stays without another upload, and can be removed.
    manager.post(FORM, FIELDS)
    assert Organisation.objects.get().logo == saved.logo
    manager.post(FORM, FIELDS | {"logo-clear": "on"})
    assert not Organisation.objects.get().logo


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"favicon": picture((300, 100))}, "must be square"),
        ({"logo": SimpleUploadedFile("a.png", b"no picture")}, "not a complete JPEG, PNG or WebP"),
        ({"accent_dark": "#ff9483"}, "Choose the accent colour of the light theme too."),
        ({"accent": "#ffcc00"}, "4.5 to 1 is needed"),
        ({"sender_address": "nobody"}, "valid email address"),
        ({"hold_minutes": "ninety"}, "whole number"),
    ],
)
def test_what_is_wrong_is_said_next_to_the_field(manager, fields, words):
    response = manager.post(FORM, FIELDS | fields)
    assert response.status_code == 200
    assert words in " ".join(sum(response.context["adminform"].form.errors.values(), []))
    assert Organisation.objects.get().name == "Concert"


def test_upper_case_colours_are_stored_in_lower_case(manager):
    manager.post(FORM, FIELDS | {"accent": "#A81306"})
    assert Organisation.objects.get().accent == "#a81306"


def test_staff_are_asked_for_two_step_verification_from_then_on(manager):
    set_organisation(staff_second_factor_required=True)
    assert "second-factor" in manager.get(FORM).url
