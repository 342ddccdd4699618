"""Keys of payment providers in the environment: refused by the name of their variable."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.checks import check_payments
from payments.provider_settings import read_payment_keys

LIVE, TEST = "rk_live_123456789", "sk_test_123456789"


@pytest.fixture
def read(monkeypatch):
    """Return a function that reads the keys of Stripe from these variables."""

    def read_keys(*, local_mode=False, allow_test=False, **variables):
        for name in ("SECRET_KEY", "WEBHOOK_SECRETS", "API_BASE"):
            monkeypatch.delenv(f"STRIPE_{name}", raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        keys = read_payment_keys(["stripe"], local_mode=local_mode, allow_test=allow_test)
        return keys["stripe"]

    return read_keys


def test_it_reads_the_keys(read):
    found = read(STRIPE_SECRET_KEY=LIVE, STRIPE_WEBHOOK_SECRETS="whsec_new, whsec_old")
    assert found == {
        "secret_key": LIVE,
        "webhook_secrets": ["whsec_new", "whsec_old"],
        "api_base": "",
        "access_token": "",
    }


def test_keys_may_be_unset(read):
    assert read()["secret_key"] == ""


@pytest.mark.parametrize("key", ["pk_live_123456789", "whsec_123456789", "123", "sk_prod_12345678"])
def test_what_is_no_secret_key_is_refused(read, key):
    with pytest.raises(ImproperlyConfigured, match="STRIPE_SECRET_KEY is not a secret key"):
        read(STRIPE_SECRET_KEY=key)


def test_a_live_key_is_refused_in_local_mode(read):
    with pytest.raises(ImproperlyConfigured, match="STRIPE_SECRET_KEY is a live key"):
        read(local_mode=True, STRIPE_SECRET_KEY=LIVE)
    assert read(local_mode=True, STRIPE_SECRET_KEY=TEST)["secret_key"] == TEST


def test_a_test_key_is_refused_in_production(read):
    with pytest.raises(ImproperlyConfigured, match="STRIPE_SECRET_KEY is a test key"):
        read(STRIPE_SECRET_KEY=TEST)
    assert read(allow_test=True, STRIPE_SECRET_KEY=TEST)["secret_key"] == TEST


def test_another_server_than_the_providers_is_for_local_mode(read):
    with pytest.raises(ImproperlyConfigured, match="STRIPE_API_BASE is for local mode"):
        read(STRIPE_SECRET_KEY=LIVE, STRIPE_API_BASE="http://127.0.0.1:8077")
    found = read(local_mode=True, STRIPE_API_BASE="http://127.0.0.1:8077/")
    assert found["api_base"] == "http://127.0.0.1:8077"


@pytest.mark.parametrize(
    "keys, found",
    [
        ({"secret_key": LIVE, "webhook_secrets": ["whsec_1"]}, []),
        ({"secret_key": LIVE, "webhook_secrets": []}, ["concert.W005"]),
        ({"secret_key": "", "webhook_secrets": []}, ["concert.I001"]),
    ],
)
def test_the_deploy_check_reports_what_is_missing(settings, keys, found):
    settings.PAYMENT_PROVIDER = "stripe"
    settings.PAYMENT_KEYS = {"stripe": {**keys, "api_base": ""}}
    assert [message.id for message in check_payments(None)] == found
