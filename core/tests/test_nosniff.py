"""Every response has `X-Content-Type-Options: nosniff`, however early it is sent."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from shows.tests.factories import make_user

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/",
    "/healthz",
    "/readyz",
    "/robots.txt",
    "/visit.svg",
    "/nowhere/",
    "/media/none.jpg",
    "/static/js/countdown.js",
    "/accounts/data/concert.json",
    "/.well-known/concert-ticket-key",
    "/api/v1/shows",
    "/api/v1/openapi.json",
    "/api/v1/nowhere",
    "/admin/",
    "/orders/bookings.csv",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("logged_in", [False, True])
def test_every_response_has_it(address, logged_in):
    client = Client(raise_request_exception=False)
    if logged_in:
        client.force_login(make_user(is_staff=True, is_superuser=True))
    for method in ("get", "head", "post", "options"):
        response = getattr(client, method)(address)
        assert response["X-Content-Type-Options"] == "nosniff", (method, response.status_code)
        response.close()


def test_responses_of_middleware_have_it(client, settings):
    settings.ALLOWED_HOSTS = ["tickets.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    client = Client(raise_request_exception=False)
    refused = client.get("/", headers={"host": "evil.example"})
    assert refused.status_code == 400
    assert refused["X-Content-Type-Options"] == "nosniff"
    moved = client.get("/", headers={"host": "tickets.example.org"})
    assert moved.status_code == 301
    assert moved["X-Content-Type-Options"] == "nosniff"


def test_errors_have_it(monkeypatch):
    monkeypatch.setattr("core.health._database", lambda: 1 / 0)
    response = Client(raise_request_exception=False).get("/readyz")
    assert response.status_code == 500
    assert response["X-Content-Type-Options"] == "nosniff"


def test_nginx_sends_it_for_files_and_its_own_responses():
    """Each block that adds a header of its own inherits none, so it must repeat this one."""
    lines = Path(settings.BASE_DIR, "deploy/nginx/concert-server.conf").read_text().splitlines()
    said = "add_header X-Content-Type-Options nosniff always;"
    blocks, found = [[]], []
    for line in map(str.strip, lines):
        if line.endswith("{"):
            blocks.append([])
        elif line == "}":
            found.append(blocks.pop())
        else:
            blocks[-1].append(line)
    for block in [*found, *blocks]:
        if any(line.startswith("add_header") for line in block):
            assert said in block
    assert said in blocks[0]
