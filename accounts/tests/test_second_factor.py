"""Two-step verification of staff, where it is required."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth import get_user
from django.test import Client

from accounts.roles import Role
from organisation.tests.factories import set_organisation

from .factories import PASSWORD, make_staff, make_user

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXP"
PAGES = ["/admin/", "/admin/bookings/order/", "/door/", "/admin/login/", "/admin/jsi18n/"]
SET_UP = "/accounts/second-factor/"
GIVE = "/accounts/2fa/reauthenticate/"


@pytest.fixture(autouse=True)
def required(settings):
    set_organisation(staff_second_factor_required=True)


@pytest.fixture
def manager():
    return make_staff(Role.MANAGER)


def log_in(client, user, **fields):
    form = {"login": user.email, "password": PASSWORD, **fields}
    return client.post("/accounts/login/", form)


def code(secret=SECRET):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def path_of(response):
    return response["Location"].partition("?")[0]


def test_where_it_is_not_required_staff_work_as_before(client, manager, settings):
    """The control: the same pages."""
    set_organisation(staff_second_factor_required=False)
    log_in(client, manager)
    assert client.get("/admin/").status_code == 200
    assert client.get("/door/").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_no_staff_page_opens_without_it(client, manager, page):
    log_in(client, manager)
    for send in (client.get, client.post):
        response = send(page)
        assert (response.status_code, path_of(response)) == (302, SET_UP)


def test_the_login_page_of_the_admin_does_not_bypass_it(client, manager):
    form = {"username": manager.email, "password": PASSWORD, "next": "/admin/"}
    response = client.post("/admin/login/", form)
    assert response["Location"].startswith("/accounts/login/")
    assert get_user(client).is_anonymous


def test_a_session_from_elsewhere_does_not_bypass_it(client, manager):
    client.force_login(manager)
    assert path_of(client.get("/admin/")) == SET_UP


def test_superusers_need_it_too(client):
    log_in(client, make_user("root@example.com", is_staff=True, is_superuser=True))
    assert path_of(client.get("/admin/")) == SET_UP


def test_recovery_codes_alone_do_not_count(client, manager):
    RecoveryCodes.activate(manager)
    log_in(client, manager)
    assert path_of(client.get("/admin/")) == SET_UP


def test_logging_out_is_always_possible(client, manager):
    log_in(client, manager)
    assert client.post("/admin/logout/").status_code in (200, 302)
    assert get_user(client).is_anonymous


def test_customers_and_anonymous_visitors_do_not_need_it(client, alice):
    assert client.get("/door/").status_code == 302
    log_in(client, alice)
    assert client.get("/").status_code == 200
    assert client.get("/door/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_staff_are_guided_through_the_set_up_and_back(client, manager):
    log_in(client, manager)
    response = client.get("/admin/bookings/order/?q=x", follow=True)
    assert "Set up two-step verification" in response.content.decode()
    set_up = "/accounts/2fa/totp/activate/"
    asked = client.get(set_up)["Location"]  # allauth asks for the password again.
    client.post(asked, {"password": PASSWORD, "next": set_up})
    secret = client.get(set_up).context["form"].secret
    response = client.post(set_up, {"code": code(secret)}, follow=True)
    text = response.content.decode()
    assert "recovery codes" in text.lower() and f'href="{SET_UP}"' in text

    assert client.get(SET_UP)["Location"] == "/admin/bookings/order/?q=x"
    assert client.get("/admin/bookings/order/").status_code == 200
    assert client.get("/door/").status_code == 200
    assert SET_UP not in client.get("/accounts/profile/").content.decode()


def test_with_it_the_login_asks_for_the_code_and_everything_opens(client, manager):
    TOTP.activate(manager, SECRET)
    assert log_in(client, manager, next="/admin/")["Location"].startswith("/accounts/2fa/auth")
    assert get_user(client).is_anonymous
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert client.get("/admin/").status_code == 200


def test_a_recovery_code_works_as_well(client, manager):
    TOTP.activate(manager, SECRET)
    codes = RecoveryCodes.activate(manager)
    log_in(client, manager)
    client.post("/accounts/2fa/authenticate/", {"code": codes.get_unused_codes()[0]})
    assert client.get("/admin/").status_code == 200


def test_a_session_that_logged_in_by_password_alone_is_asked_for_it(client, manager):
    """It may belong to somebody else: it began before the second factor was set up."""
    log_in(client, manager)
    TOTP.activate(manager, SECRET)
    response = client.get("/admin/bookings/order/")
    assert response["Location"] == f"{GIVE}?next=%2Fadmin%2Fbookings%2Forder%2F"
    response = client.post(response["Location"], {"code": code(), "next": "/admin/bookings/order/"})
    assert response["Location"] == "/admin/bookings/order/"
    assert client.get("/admin/bookings/order/").status_code == 200


def test_staff_who_remove_it_lose_access(client, manager):
    TOTP.activate(manager, SECRET)
    log_in(client, manager)
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    Authenticator.objects.all().delete()
    assert path_of(client.get("/admin/")) == SET_UP


def test_a_script_at_the_door_is_sent_there(client, manager):
    log_in(client, manager)
    response = client.post("/door/1/check/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == f"{SET_UP}?next=%2Fdoor%2F"


def test_it_does_not_redirect_to_other_sites(client, manager, settings):
    set_organisation(staff_second_factor_required=False)
    log_in(client, manager)
    assert client.get(SET_UP + "?next=https://evil.example/")["Location"] == "/"


def test_it_costs_visitors_no_query(client, django_assert_num_queries):
    client.get("/accounts/login/")
    with django_assert_num_queries(0):
        Client().get("/admin/")
