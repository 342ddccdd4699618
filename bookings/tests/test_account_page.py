"""/accounts/: the account on one page."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.tests.factories import PASSWORD, make_user
from emails.kinds import opt_in_kinds
from emails.models import Consent

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_user(name="Alice Archer")


@pytest.fixture
def browser(client, alice):
    client.force_login(alice)
    return client


def page_of(browser):
    response = browser.get("/accounts/")
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def test_it_is_for_accounts_only():
    assert Client().get("/accounts/")["Location"] == "/accounts/login/?next=/accounts/"


def test_everything_is_on_one_page(browser):
    text = page_of(browser)
    links = set(re.findall(r'(?:href|action)="(/[^"#]*)"', text))
    assert links >= {
        "/accounts/profile/",
        "/accounts/email-preferences/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/data/",
        "/accounts/data/concert.json",
        "/orders/",
    }
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_saving_a_part_returns_to_the_page(browser, alice):
    saved = browser.post(
        "/accounts/profile/", {"name": "Al", "language": "de", "next": "/accounts/#profile"}
    )
    assert saved["Location"] == "/accounts/#profile"
    alice.refresh_from_db()
    assert (alice.name, alice.language) == ("Al", "de")
    elsewhere = browser.post(
        "/accounts/profile/", {"name": "Al", "language": "en", "next": "https://evil.example/"}
    )
    assert elsewhere["Location"] == "/"
    own = browser.post("/accounts/profile/", {"name": "Al", "language": "en"})
    assert own["Location"] == "/accounts/profile/"


def test_preferences_are_saved_from_the_page(browser, alice):
    kind = opt_in_kinds()[0].name
    assert f'name="{kind}"' in page_of(browser)
    saved = browser.post("/accounts/email-preferences/", {kind: "on", "next": "/accounts/#emails"})
    assert saved["Location"] == "/accounts/#emails"
    assert Consent.objects.get(user=alice, kind=kind).is_given


def test_a_wrong_password_deletes_nothing(browser, alice):
    response = browser.post("/accounts/data/", {"password": "wrong"})
    assert response.status_code == 422
    alice.refresh_from_db()
    assert alice.is_active
    browser.post("/accounts/data/", {"password": PASSWORD})
    alice.refresh_from_db()
    assert not alice.is_active


def test_an_account_without_a_password_confirms_that_it_understands(browser, alice):
    alice.set_unusable_password()
    alice.save()
    browser.force_login(alice)
    assert "Set password" in page_of(browser)
    assert 'name="understood"' in page_of(browser)
    assert browser.post("/accounts/data/", {}).status_code == 422
    browser.post("/accounts/data/", {"understood": "on"})
    alice.refresh_from_db()
    assert not alice.is_active


def test_it_names_passkeys_and_two_step_verification(browser, alice):
    Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={"secret": "x"})
    text = page_of(browser)
    assert "Manage<" in text and "Add passkey" in text
