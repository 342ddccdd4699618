"""Wallets with the keys of the test authority."""

import json

import pytest

from wallets.configuration import clear_cached_keys

from . import authority

SITE = "https://tickets.example"
ISSUER, ACCOUNT = "3388000000012345678", "wallet@example.iam.gserviceaccount.com"


@pytest.fixture(autouse=True)
def nothing_read():
    clear_cached_keys()
    yield
    clear_cached_keys()


@pytest.fixture
def apple(settings):
    """Configure Apple Wallet in the environment."""
    settings.SITE_URL = SITE
    settings.APPLE_WALLET = {
        "pass_type_id": authority.PASS_TYPE,
        "certificate": authority.current().pem,
        "private_key": authority.current().key_pem,
        "password": "",
        "issuer_certificate": authority.intermediate().pem,
    }


def key_file(**changes):
    """Return a key file of a service account, as Google's console downloads it."""
    pem = authority.issue("Google").key_pem.decode()
    found = {"type": "service_account", "client_email": ACCOUNT, "private_key": pem}
    return json.dumps(found | changes).encode()


@pytest.fixture
def google(settings):
    """Configure Google Wallet in the environment; nothing listens where its API would be."""
    settings.SITE_URL = SITE
    settings.GOOGLE_WALLET = {"issuer_id": ISSUER, "key_file": key_file()}
    settings.GOOGLE_WALLET_API = settings.GOOGLE_TOKEN_URL = "http://127.0.0.1:9/"


@pytest.fixture
def api(google, settings):
    """Start Google's API, as far as it is used, and yield its server."""
    from .google_api import google_api

    with google_api() as server:
        settings.GOOGLE_WALLET_API = f"{server.url}/v1"
        settings.GOOGLE_TOKEN_URL = f"{server.url}/token"
        yield server
