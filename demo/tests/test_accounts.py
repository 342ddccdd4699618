"""The accounts of the demo data, whose passwords are public."""

import pytest
from django.contrib.auth import get_user

from accounts.models import User
from accounts.tests.factories import make_user
from demo.accounts import PASSWORD, create_accounts, login_lines

pytestmark = pytest.mark.django_db


def log_in(client, email, password):
    client.post("/accounts/login/", {"login": email, "password": password})
    return get_user(client).is_authenticated


def demo_logins():
    """Yield (e-mail address, password) of every account that is printed."""
    for line in login_lines():
        account, password = line.split("  password ")
        yield account.partition(": ")[2], password


def test_the_demo_customer_is_among_them():
    assert ("demo@local.test", "Passw0rd!") in demo_logins()


@pytest.mark.parametrize(("email", "password"), list(demo_logins()))
def test_none_of_them_can_log_in_in_production(client, settings, email, password):
    create_accounts()
    assert log_in(client, email, password)
    client.logout()
    settings.LOCAL_MODE = False
    assert not log_in(client, email, password)
    refused = [
        client.post(
            "/api/v1/auth/login",
            {"email": email, "password": attempt},
            content_type="application/json",
        )
        for attempt in ("wrong", password)
    ]
    assert refused[1].status_code >= 400
    assert refused[1].content == refused[0].content


def test_an_account_with_a_changed_password_can(client, settings):
    create_accounts()
    admin = User.objects.get(email="admin@concert.example")
    admin.set_password("correct horse battery")
    admin.save()
    settings.LOCAL_MODE = False
    assert log_in(client, admin.email, "correct horse battery")


def test_a_customer_may_have_the_same_password(client, settings):
    make_user("carol@example.com", password=PASSWORD)
    settings.LOCAL_MODE = False
    assert log_in(client, "carol@example.com", PASSWORD)
