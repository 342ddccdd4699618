"""Log in with another site: who gets which account, by what is proven."""

import html
import re
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib import admin
from django.contrib.auth import get_user
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.allauth_settings import read_social_apps
from accounts.models import User
from core.testing.page_faults import faults_of

from .factories import PASSWORD, code_in, make_user
from .openid_provider import running_provider

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/oidc/oidc/login/"


@pytest.fixture
def provider(settings):
    with running_provider() as server:
        settings.SOCIAL_APPS = [server.app()]
        yield server


def leave(client, data=None):
    """Press the button; return the URL at the provider to which the page leads."""
    page = client.post(LOGIN, {"process": "login", **(data or {})})
    text = page.content.decode()
    assert page.status_code == 200
    url = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', text).group(1)
    return html.unescape(url)


def come_back(url):
    """Let the provider log the person in; return the path at which they come back."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    target = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    return f"{target.path}?{target.query}"


def log_in(client, **data):
    return client.get(come_back(leave(client, data)), follow=True)


def person(**claims):
    return {"sub": "person-1", "name": "Nell Newcomer", "email": "Nell@Example.com", **claims}


def test_it_is_off_unless_configured(client):
    assert "Continue with" not in client.get("/accounts/login/").content.decode()
    assert client.post(LOGIN).status_code == 404
    assert client.get("/accounts/google/login/").status_code == 404


def test_a_newcomer_with_a_verified_address_gets_an_account(client, provider):
    assert "Continue with Loopback" in client.get("/accounts/login/").content.decode()
    provider.person = person(email_verified=True)
    log_in(client, next="/accounts/")
    user = User.objects.get()
    assert (user.email, user.name) == ("nell@example.com", "Nell Newcomer")
    assert user.approved_at and not user.has_usable_password() and not user.is_staff
    assert EmailAddress.objects.get(user=user).verified
    assert get_user(client) == user
    assert "Other ways to log in" in client.get("/accounts/").content.decode()
    # The next time it is the same account, whatever the address is then.
    provider.person = person(email="other@example.com", email_verified=True)
    again = Client()
    log_in(again)
    assert get_user(again) == user
    assert User.objects.count() == 1


@pytest.mark.parametrize("claim", [{}, {"email_verified": False}, {"email_verified": "false"}])
def test_an_address_that_the_provider_has_not_verified_needs_our_code(
    client, provider, claim, mailoutbox
):
    provider.person = person(**claim)
    log_in(client)
    assert get_user(client).is_anonymous
    assert not EmailAddress.objects.filter(verified=True).exists()
    client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[-1])})
    assert get_user(client).email == "nell@example.com"


def test_a_verified_address_joins_the_account_that_has_proven_it(client, provider, mailoutbox):
    """The account's owner is told by e-mail, also when the other site is removed again."""
    user = make_user("nell@example.com")
    provider.person = person(email_verified=True)
    log_in(client)
    assert get_user(client) == user
    account = SocialAccount.objects.get()
    assert account.user == user
    assert user.check_password(PASSWORD)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.post("/accounts/3rdparty/", {"account": account.pk}, follow=True)
    assert "This way to log in has been removed." in page.content.decode()
    added, removed = mailoutbox
    assert added.to == removed.to == ["nell@example.com"]
    assert added.subject == "Login with Loopback was added"
    assert "You can now log in with Loopback." in added.body
    assert removed.subject == "Login with Loopback was removed"
    assert "You can no longer log in with Loopback." in removed.body


def test_it_is_added_to_an_account_unless_another_has_it(client, provider):
    provider.person = person(email_verified=True)
    for email, said in (
        ("one@example.com", "You can now log in with Loopback."),
        ("two@example.com", "Another account here already uses this login with Loopback."),
    ):
        client.force_login(make_user(email))
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        page = log_in(client, process="connect")
        assert page.redirect_chain[-1][0] == "/accounts/3rdparty/"
        assert said in page.content.decode()
    assert SocialAccount.objects.get().user.email == "one@example.com"


@pytest.mark.parametrize("claim", [{}, {"email_verified": False}, {"email_verified": "false"}])
def test_an_unverified_address_joins_no_account(client, provider, claim):
    make_user("nell@example.com")
    provider.person = person(**claim)
    log_in(client)
    assert get_user(client).is_anonymous
    assert not SocialAccount.objects.exists()


def test_whoever_signed_up_with_the_address_of_another_is_locked_out(client, provider, mailoutbox):
    make_user("nell@example.com", is_verified=False)  # By somebody who knows its password.
    provider.person = person(email_verified=True)
    log_in(client)
    user = User.objects.get()
    assert not user.check_password(PASSWORD)
    client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[-1])})
    assert get_user(client) == user


def test_staff_without_a_second_factor_cannot_log_in_this_way(client, provider):
    make_user("nell@example.com", is_staff=True)
    provider.person = person(email_verified=True)
    response = log_in(client)
    assert get_user(client).is_anonymous
    assert "Staff accounts need two-step verification" in response.content.decode()


def test_staff_with_a_second_factor_are_asked_for_it(client, provider):
    user = make_user("nell@example.com", is_staff=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    provider.person = person(email_verified=True)
    response = log_in(client)
    assert response.redirect_chain[-1][0] == "/accounts/2fa/authenticate/"
    assert get_user(client).is_anonymous


def test_a_wrong_secret_is_explained_and_logs_nobody_in(client, provider, settings):
    settings.SOCIAL_APPS = [provider.app(secret="wrong")]
    provider.person = person(email_verified=True)
    response = log_in(client)
    assert "could not confirm who you are" in response.content.decode()
    assert not User.objects.exists()


def test_a_provider_that_does_not_answer_is_no_error_of_ours(client, provider, settings):
    settings.SOCIAL_APPS = [provider.app() | {"settings": {"server_url": "http://127.0.0.1:9"}}]
    response = client.post(LOGIN, {"process": "login"})
    assert response.status_code == 503
    assert "could not confirm who you are" in response.content.decode()


def test_an_answer_that_this_browser_did_not_ask_for_logs_nobody_in(client, provider):
    provider.person = person(email_verified=True)
    path = come_back(leave(client))
    other = Client()
    other.get(path, follow=True)
    assert get_user(other).is_anonymous
    forged = re.sub(r"state=[^&]+", "state=forged", path)
    client.get(forged, follow=True)
    assert get_user(client).is_anonymous
    assert not User.objects.exists()


def test_the_last_way_to_log_in_is_kept(client, provider):
    provider.person = person(email_verified=True)
    log_in(client)
    account = SocialAccount.objects.get()
    response = client.post("/accounts/3rdparty/", {"account": account.pk})
    assert "Set a password first, so that you can still log in." in response.content.decode()
    assert SocialAccount.objects.exists()


def test_its_keys_are_not_in_the_database_nor_in_the_admin(client, provider):
    assert not admin.site.is_registered(SocialApp)
    assert not SocialApp.objects.exists()


P8 = ec.generate_private_key(ec.SECP256R1()).private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
)
APPLE = {
    "APPLE_CLIENT_ID": "org.example.concert",
    "APPLE_TEAM_ID": "ABCDE12345",
    "APPLE_KEY_ID": "KEY1234567",
    "APPLE_PRIVATE_KEY": P8.decode().replace("\n", "\\n"),
}
GOOGLE = {"GOOGLE_CLIENT_ID": "1.apps.googleusercontent.com", "GOOGLE_CLIENT_SECRET": "s"}
OIDC = {
    "OIDC_SERVER_URL": "https://id.example.org",
    "OIDC_CLIENT_ID": "c",
    "OIDC_CLIENT_SECRET": "s",
}


def read(monkeypatch, values, **options):
    for name in [*APPLE, *GOOGLE, *OIDC, "OIDC_NAME"]:
        monkeypatch.delenv(name, raising=False)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return read_social_apps(**{"local_mode": False, **options})


def test_each_provider_is_configured_by_itself(monkeypatch):
    assert read(monkeypatch, {}) == []
    found = read(monkeypatch, {**APPLE, **GOOGLE, **OIDC})
    assert [app["name"] for app in found] == ["Google", "Apple", "id.example.org"]
    assert found[1]["settings"]["certificate_key"] == P8.decode()


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({**GOOGLE, "GOOGLE_CLIENT_SECRET": ""}, "GOOGLE_CLIENT_SECRET must be set"),
        ({**GOOGLE, "GOOGLE_CLIENT_ID": "secret"}, "GOOGLE_CLIENT_ID must end"),
        ({**APPLE, "APPLE_PRIVATE_KEY": "nonsense"}, "APPLE_PRIVATE_KEY must be"),
        ({**APPLE, "APPLE_TEAM_ID": "short"}, "APPLE_TEAM_ID must have ten"),
        ({**OIDC, "OIDC_SERVER_URL": "http://id.example.org"}, "OIDC_SERVER_URL must start"),
        ({**OIDC, "OIDC_SERVER_URL": "http://127.0.0.1:1"}, "OIDC_SERVER_URL must start"),
        ({**OIDC, "OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID must be set"),
    ],
)
def test_wrong_keys_are_refused_by_name(monkeypatch, values, name):
    with pytest.raises(ImproperlyConfigured, match=name):
        read(monkeypatch, values)


@pytest.mark.parametrize("values", [APPLE, GOOGLE])
def test_the_button_leads_to_the_provider(client, settings, monkeypatch, values):
    settings.SOCIAL_APPS = read(monkeypatch, values)
    name = settings.SOCIAL_APPS[0]["provider"]
    text = client.post(f"/accounts/{name}/login/", {"process": "login"}).content.decode()
    host = {"apple": "appleid.apple.com", "google": "accounts.google.com"}[name]
    assert f'content="0;url=https://{host}/' in text
    assert "client_id=" in text


@pytest.mark.both_sizes
def test_it_works_in_a_browser_under_our_content_security_policy(
    page, live_server, settings, transactional_db
):
    with running_provider() as provider:
        settings.SOCIAL_APPS = [provider.app()]
        provider.person = person(email_verified=True)
        page.goto("/accounts/login/?next=/accounts/")
        page.get_by_role("button", name="Continue with Loopback").click()
        page.wait_for_url("**/accounts/")
        page.get_by_text("nell@example.com").first.wait_for()
        page.goto("/accounts/3rdparty/")
        page.get_by_role("button", name=re.compile("Remove ?: Loopback")).wait_for()
        assert faults_of(page) == []
