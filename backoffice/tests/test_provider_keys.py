"""The keys of payment providers in the admin: who may enter them, and what is kept of them."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.second_factor import SET_UP_HERE
from accounts.tests.factories import make_user
from core.secret_keys import secret_keys  # noqa: F401
from payments.charges import pay_url, start_payment
from payments.credentials import clear_cached_credentials, credentials_of
from payments.exceptions import ProviderUnavailable
from payments.models import Payout, ProviderKeys
from payments.payouts import fetch_payouts
from payments.providers import PageOptions
from staff_activity.models import FieldChange

pytestmark = pytest.mark.django_db(transaction=True)

ADD = "/admin/payments/providerkeys/add/"


@pytest.fixture
def sandbox(stripe_sandbox, settings):
    """Return the sandbox, with no keys in the environment but its address."""
    settings.PAYMENT_KEYS = {
        "stripe": {"secret_key": "", "webhook_secrets": [], "api_base": stripe_sandbox.url}
    }
    clear_cached_credentials()
    return stripe_sandbox


@pytest.fixture
def boss():
    """Return the browser of a superuser whose session was verified with a second factor."""
    return browser_of(make_user("boss@staff.example", is_staff=True, is_superuser=True))


def browser_of(user, *, verified=True):
    browser = Client()
    browser.force_login(user)
    if verified:
        session = browser.session
        session[SET_UP_HERE] = user.pk
        session.save()
    return browser


def enter(browser, secret, signing="whsec_1 whsec_2", url=ADD):
    data = {"provider": "stripe", "secret": secret, "signing_secrets": signing}
    return browser.post(url, data)


def change_page():
    return f"/admin/payments/providerkeys/{ProviderKeys.objects.get().pk}/change/"


def test_keys_are_tried_stored_encrypted_and_used(sandbox, boss):
    assert enter(boss, sandbox.stripe_key).status_code == 302

    row = ProviderKeys.objects.get()
    assert sandbox.stripe_key not in str(vars(row)) and "whsec" not in str(vars(row))
    keys = credentials_of("stripe")
    assert (keys.secret_key, keys.webhook_secrets) == (sandbox.stripe_key, ("whsec_1", "whsec_2"))
    assert sandbox.stripe_key not in repr(keys)


def test_they_are_never_shown_again(sandbox, boss):
    enter(boss, sandbox.stripe_key)
    row = ProviderKeys.objects.get()
    for page in ("/admin/payments/providerkeys/", change_page()):
        text = boss.get(page).content.decode()
        assert row.key_hint in text or "change" in page
        assert sandbox.stripe_key not in text and row.secret_key not in text


def test_who_entered_them_is_recorded_without_the_secret(sandbox, boss):
    enter(boss, sandbox.stripe_key)
    changes = str(list(FieldChange.objects.values()))
    assert "key_hint" in changes
    assert sandbox.stripe_key not in changes
    assert ProviderKeys.objects.get().secret_key not in changes


def test_a_wrong_key_is_refused_in_stripes_words(sandbox, boss):
    response = enter(boss, "sk_test_wrong123456")
    assert response.status_code == 200
    assert "Stripe refuses our key" in response.content.decode()
    assert not ProviderKeys.objects.exists()


def test_a_key_without_permissions_names_them(sandbox, boss):
    key = sandbox.restricted_key(["checkout_session_write"])
    text = enter(boss, key).content.decode()
    assert "Disputes" in text and "Payouts" in text
    assert not ProviderKeys.objects.exists()


@pytest.mark.parametrize(
    "key, problem",
    [
        ("pk_test_12345678", "not a secret key"),
        ("sk_live_12345678", "live key"),
        ("whatever", "not a secret key"),
    ],
)
def test_keys_of_another_kind_are_refused(sandbox, boss, key, problem):
    assert problem in enter(boss, key).content.decode()


def test_a_test_key_is_refused_in_production(sandbox, boss, settings):
    settings.LOCAL_MODE = False
    assert "test key" in enter(boss, sandbox.stripe_key).content.decode()


def test_a_webhook_secret_has_its_form(sandbox, boss):
    assert "whsec_" in enter(boss, sandbox.stripe_key, "secret").content.decode()


def test_keys_in_the_environment_take_precedence(sandbox, boss, settings):
    enter(boss, sandbox.stripe_key)
    settings.PAYMENT_KEYS = {
        "stripe": {"secret_key": "sk_test_environment", "webhook_secrets": [], "api_base": ""}
    }
    assert credentials_of("stripe").secret_key == "sk_test_environment"


def test_they_outlive_a_rotation_of_the_secret_key(sandbox, boss, settings):
    enter(boss, sandbox.stripe_key)
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [former]
    clear_cached_credentials()
    assert credentials_of("stripe").secret_key == sandbox.stripe_key
    settings.SECRET_KEY_FALLBACKS = []
    clear_cached_credentials()
    with pytest.raises(ProviderUnavailable, match="SECRET_KEY"):
        credentials_of("stripe")


@pytest.fixture
def mollie(sandbox, settings):
    """Return the sandbox, with no keys of Mollie in the environment but its address."""
    settings.PAYMENT_PROVIDER = "mollie"
    settings.PAYMENT_KEYS = {
        "mollie": {"secret_key": "", "webhook_secrets": [], "api_base": sandbox.url}
    }
    return sandbox


def enter_of_mollie(browser, sandbox, token, url=ADD):
    data = {"provider": "mollie", "secret": sandbox.mollie_key, "token": token}
    return browser.post(url, data, follow=True)


def test_an_access_token_is_stored_encrypted_and_never_shown(mollie, boss):
    token = mollie.mollie_access_token
    enter_of_mollie(boss, mollie, token)
    row = ProviderKeys.objects.get()
    changes = str(list(FieldChange.objects.values()))
    assert "access_token" in changes
    for text in (boss.get(change_page()).content.decode(), changes, str(vars(row))):
        assert token not in text
    assert row.access_token not in changes and token not in repr(credentials_of("mollie"))

    enter_of_mollie(boss, mollie, "", url=change_page())
    assert credentials_of("mollie").access_token == token, "It is kept unless a new one is entered."


def test_payouts_are_fetched_once_an_access_token_was_entered(mollie, boss):
    enter_of_mollie(boss, mollie, "")
    payment = start_payment(
        purpose="K7F39QXM",
        amount=Decimal("45.00"),
        currency="EUR",
        description="Mahler 2",
        return_url="https://tickets.example.org/",
    )
    pay_url(payment, PageOptions(email="alice@example.org", language="de"))
    mollie.pay(payment.key)
    mollie.advance(3 * 24 * 3600)
    mollie.make_payouts()
    assert fetch_payouts() == 0
    enter_of_mollie(boss, mollie, mollie.mollie_access_token, url=change_page())
    assert (fetch_payouts(), Payout.objects.get().provider) == (1, "mollie")


@pytest.mark.parametrize(
    "token, problem",
    [
        ("access_unknown0123456789012345", "Mollie refuses our access token."),
        ("whatever", "not an access token"),
    ],
)
def test_a_wrong_access_token_is_refused(mollie, boss, token, problem):
    response = enter_of_mollie(boss, mollie, token)
    assert problem in response.context["adminform"].form.errors["token"][0]
    assert not ProviderKeys.objects.exists()


def test_stripe_needs_no_access_token(sandbox, boss):
    data = {"provider": "stripe", "secret": sandbox.stripe_key, "token": "access_1"}
    assert "Stripe needs no access token" in boss.post(ADD, data).content.decode()
    assert not ProviderKeys.objects.exists()


def test_an_access_token_in_the_environment_takes_precedence(mollie, boss, settings):
    settings.PAYMENT_KEYS["mollie"]["access_token"] = "access_environment"
    response = enter_of_mollie(boss, mollie, mollie.mollie_access_token)
    assert "access token in the environment takes precedence" in response.content.decode()
    assert credentials_of("mollie").access_token == "access_environment"


@pytest.mark.parametrize("is_superuser, verified", [(True, False), (False, True), (False, False)])
def test_nobody_else_may_enter_or_see_them(sandbox, is_superuser, verified):
    user = make_user("dana@staff.example", is_staff=True, is_superuser=is_superuser)
    browser = browser_of(user, verified=verified)
    assert browser.get(ADD).status_code == 403
    assert enter(browser, sandbox.stripe_key).status_code == 403
    assert browser.get("/admin/payments/providerkeys/").status_code == 403
    assert not ProviderKeys.objects.exists()
