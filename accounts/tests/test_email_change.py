import time

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user

from .factories import PASSWORD, code_in, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, alice):
    """Log in Alice, who has just entered her password."""
    client.force_login(alice)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def ask(browser, email="new@example.com"):
    return browser.post("/accounts/email/", {"action_add": "", "email": email})


def test_it_changes_the_email_once_the_new_address_is_verified(browser, alice, mailoutbox):
    response = ask(browser)
    assert response.url == "/accounts/confirm-email/"
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"

    page = browser.get(response.url).content.decode()
    assert "Keep my current address" in page
    response = browser.post(response.url, {"code": code_in(mailoutbox[0])}, follow=True)
    assert "Your e-mail address is now new@example.com." in response.content.decode()
    alice.refresh_from_db()
    assert alice.email == "new@example.com"
    address = EmailAddress.objects.get(user=alice)
    assert (address.email, address.verified, address.primary) == ("new@example.com", True, True)
    assert get_user(browser) == alice


def test_it_notifies_the_old_address(browser, mailoutbox):
    ask(browser)
    browser.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[0])})
    assert mailoutbox[1].to == ["alice@example.com"]
    assert "from alice@example.com to new@example.com" in mailoutbox[1].body


def test_the_response_is_the_same_when_the_address_belongs_to_another_account(
    browser, alice, mailoutbox
):
    make_user("taken@example.com")
    assert ask(browser, "taken@example.com").url == "/accounts/confirm-email/"
    for email_message in mailoutbox:
        browser.post("/accounts/confirm-email/", {"code": code_in(email_message)})
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_it_asks_for_the_password_and_then_continues(client, alice, mailoutbox):
    client.force_login(alice)
    response = ask(client)
    assert response.url.startswith("/accounts/reauthenticate/")
    assert not mailoutbox
    assert "Confirm it's you" in client.get(response.url).content.decode()

    assert client.post(response.url, {"password": "wrong"}).status_code == 200
    response = client.post(response.url, {"password": PASSWORD})
    assert response.url == "/accounts/confirm-email/"
    assert mailoutbox[0].to == ["new@example.com"]


def test_it_asks_for_the_password_again_after_some_time(browser, mailoutbox):
    session = browser.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**r, "at": time.time() - 3600} for r in records]
    session.save()
    assert ask(browser).url.startswith("/accounts/reauthenticate/")
    assert not mailoutbox


def test_other_accounts_cannot_open_the_page(client):
    assert client.get("/accounts/email/").url == "/accounts/login/?next=/accounts/email/"
