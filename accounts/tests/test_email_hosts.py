"""Links in e-mails use SITE_URL, whatever host the request names."""

import re

import pytest
from django.test import Client

from .factories import PASSWORD, make_user
from .test_password import NEW
from .test_signup import code_in

pytestmark = pytest.mark.django_db

FOREIGN_HOST = "evil.example"
OURS = "https://tickets.example.org"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = OURS
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def foreign_host_client():
    """Return a browser that names another host, in every possible way."""
    more = {"HTTP_X_FORWARDED_HOST": FOREIGN_HOST, "HTTP_REFERER": f"https://{FOREIGN_HOST}/"}
    return Client(
        SERVER_NAME=FOREIGN_HOST,
        HTTP_HOST=FOREIGN_HOST,
        HTTP_ORIGIN=f"https://{FOREIGN_HOST}",
        **more,
    )


def sign_up(client, _outbox):
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})


def sign_up_again(client, _outbox):
    make_user("alice@example.com")
    client.post("/accounts/signup/", {"email": "alice@example.com", "password1": PASSWORD})


def log_in_unverified(client, _outbox):
    make_user("alice@example.com", is_verified=False)
    client.post("/accounts/login/", {"login": "alice@example.com", "password": PASSWORD})


def reset(client, outbox):
    make_user("alice@example.com")
    page = client.post("/accounts/password/reset/", {"email": "alice@example.com"})
    page = client.post(page.url, {"code": code_in(outbox[0])})
    client.post(page.url, {"password1": NEW, "password2": NEW})


def reset_unknown(client, _outbox):
    client.post("/accounts/password/reset/", {"email": "nobody@example.com"})


def change_password(client, _outbox):
    log_in(client)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/accounts/password/change/", form)


def change_address(client, outbox):
    log_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"action_add": "", "email": "other@example.org"})
    client.post("/accounts/confirm-email/", {"code": code_in(outbox[0])})


def register_by_api(client, _outbox):
    make_user("alice@example.com")
    form = {"email": "alice@example.com", "password": PASSWORD}
    client.post("/api/v1/auth/register", form, content_type="application/json")


def log_in(client):
    make_user("alice@example.com")
    client.post("/accounts/login/", {"login": "alice@example.com", "password": PASSWORD})


@pytest.mark.parametrize(
    ("ask", "links", "least"),
    [
        (sign_up, False, 1),
        (sign_up_again, True, 1),
        (log_in_unverified, False, 1),
        (reset, True, 2),
        (reset_unknown, True, 1),
        (change_password, True, 1),
        (change_address, True, 2),
        (register_by_api, True, 1),
    ],
)
def test_no_email_contains_the_host_header_of_the_request(
    foreign_host_client, mailoutbox, ask, links, least
):
    ask(foreign_host_client, mailoutbox)
    assert len(mailoutbox) >= least
    found = set()
    for email in mailoutbox:
        parts = [email.subject, email.body, *(content for content, _type in email.alternatives)]
        headers = [f"{name}: {value}" for name, value in email.extra_headers.items()]
        for part in [*parts, *headers]:
            assert FOREIGN_HOST not in part
            found |= set(re.findall(r"https?://[^/\s\"<]+", part))
    assert {host for host in found if "w3.org" not in host} <= {OURS}
    assert (OURS in found) >= links
