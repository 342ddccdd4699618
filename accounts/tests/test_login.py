import re
import time

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.contrib.auth import get_user
from django.test import Client

from accounts.models import User

from .factories import PASSWORD, code_in, make_user

pytestmark = pytest.mark.django_db


def log_in(client, email="alice@example.com", password=PASSWORD, **fields):
    return client.post("/accounts/login/", {"login": email, "password": password, **fields})


def test_it_logs_in_by_email_in_any_case(client, alice):
    assert log_in(client, "ALICE@example.com").url == "/"
    assert get_user(client) == alice


def test_it_keeps_the_next_url_on_every_link_and_form(client, alice):
    page = client.get("/accounts/login/?next=/basket/abc/").content.decode()
    assert '<input type="hidden" name="next" value="/basket/abc/">' in page
    assert "/accounts/signup/?next=%2Fbasket%2Fabc%2F" in page
    assert "/accounts/password/reset/?next=%2Fbasket%2Fabc%2F" in page
    assert log_in(client, next="/basket/abc/").url == "/basket/abc/"


def test_it_does_not_redirect_to_other_sites(client, alice):
    assert log_in(client, next="https://evil.example/").url == "/"
    client.logout()
    assert log_in(client, next="//evil.example/").url == "/"


def test_the_message_is_the_same_for_a_wrong_password_and_an_unknown_address(client, alice):
    wrong = log_in(client, password="wrong").content.decode()
    unknown = log_in(client, "nobody@example.com").content.decode()
    sentence = "E-mail or password is incorrect."
    assert sentence in wrong
    assert sentence in unknown
    assert get_user(client).is_anonymous


def test_it_asks_for_the_code_first_while_the_address_is_unverified(client, mailoutbox):
    make_user(is_verified=False)
    assert log_in(client).url == "/accounts/confirm-email/"
    assert get_user(client).is_anonymous
    assert mailoutbox[0].subject == "Your Concert verification code"


@pytest.mark.parametrize("make", [User.objects.create_user, User.objects.create_superuser])
def test_accounts_created_by_staff_or_a_command_count_as_verified(client, make):
    user = make("staff@example.com", PASSWORD)
    assert log_in(client, "staff@example.com").url == "/"
    assert get_user(client) == user
    assert EmailAddress.objects.get(user=user).verified


def test_it_says_that_a_closed_account_is_closed(client):
    make_user(is_active=False)
    response = log_in(client)
    assert response.url == "/accounts/inactive/"
    assert "This account is deactivated" in client.get(response.url).content.decode()
    assert get_user(client).is_anonymous


def test_guessing_is_limited_for_one_account_and_not_for_others(client, alice):
    make_user("bob@example.com")
    for _ in range(5):
        log_in(client, password="wrong")
    assert "Too many failed attempts." in log_in(client).content.decode()
    assert get_user(client).is_anonymous
    log_in(client, "bob@example.com")
    assert get_user(client).email == "bob@example.com"


HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def guess(times, *, home=ELSEWHERE, email="alice@example.com"):
    for _ in range(times):
        log_in(Client(REMOTE_ADDR=home), email, password="wrong")


def can_log_in(client, user):
    log_in(client)
    return get_user(client) == user


def test_failed_logins_of_strangers_do_not_lock_out_the_owner(alice):
    guess(5)
    assert not can_log_in(Client(REMOTE_ADDR=ELSEWHERE), alice), "They have to wait themselves."
    assert can_log_in(Client(REMOTE_ADDR=HOME), alice)


def test_a_household_counts_as_one_client(alice):
    for number in range(5):
        guess(1, home=f"2001:db8:1:1::{number}")
    assert not can_log_in(Client(REMOTE_ADDR="2001:db8:1:1::99"), alice)
    assert can_log_in(Client(REMOTE_ADDR="2001:db8:1:2::99"), alice)


def test_another_host_name_does_not_reset_the_count(alice):
    for number in range(5):
        log_in(Client(SERVER_NAME=f"n{number}.example.org"), password="wrong")
    assert not can_log_in(Client(SERVER_NAME="another.example.org"), alice)


def test_a_known_browser_can_log_in_while_a_neighbour_guesses(alice):
    mine = Client(REMOTE_ADDR=HOME)
    assert can_log_in(mine, alice)
    mine.post("/accounts/logout/")
    guess(5, home=HOME)
    assert not can_log_in(Client(REMOTE_ADDR=HOME), alice)
    assert can_log_in(mine, alice)


def test_many_households_are_limited_but_the_owner_is_not(alice, mailoutbox, settings):
    limits = {**settings.ACCOUNT_RATE_LIMITS, "login_failed_anywhere": "8/h/key"}
    settings.ACCOUNT_RATE_LIMITS = limits
    mine = Client(REMOTE_ADDR=HOME)
    assert can_log_in(mine, alice)
    mine.post("/accounts/logout/")
    for number in range(8):
        guess(1, home=f"198.51.100.{number}")
    strange = Client(REMOTE_ADDR="203.0.113.5")
    assert not can_log_in(strange, alice)
    assert can_log_in(mine, alice), "A browser that is known to the account."
    # From a new browser, with the e-mail that the message mentions.
    page = strange.post("/accounts/password/reset/", {"email": alice.email})
    code = re.search(r"^\w{4,}-?\w{3,}$", mailoutbox[-1].body, re.M).group()
    page = strange.post(page.url, {"code": code})
    new = {"password1": "a quite different one", "password2": "a quite different one"}
    strange.post(page.url, new)
    assert get_user(strange) == alice


def test_the_known_browser_is_limited_too(alice):
    mine = Client(REMOTE_ADDR=HOME)
    assert can_log_in(mine, alice)
    mine.post("/accounts/logout/")
    for _ in range(5):
        log_in(mine, password="wrong")
    assert not can_log_in(mine, alice)


def test_a_browser_is_known_only_to_its_own_accounts(alice):
    bobs = Client(REMOTE_ADDR=HOME)
    make_user("bob@example.com")
    log_in(bobs, "bob@example.com")
    bobs.post("/accounts/logout/")
    guess(5, home=HOME)
    assert not can_log_in(bobs, alice)
    forged = Client(REMOTE_ADDR=HOME)
    forged.cookies["known_browser"] = "alice"
    assert not can_log_in(forged, alice)
    assert "bob" not in bobs.cookies["known_browser"].value


def test_a_correct_password_is_not_counted(alice):
    for _ in range(8):
        assert can_log_in(Client(REMOTE_ADDR=HOME), alice)


def test_it_limits_an_address_that_tries_many_accounts(client):
    for number in range(30):
        log_in(client, f"guess{number}@example.com")
    assert "Too many failed attempts." in log_in(client, "x@example.com").content.decode()


def test_it_answers_429_when_the_limit_is_exceeded(client):
    for number in range(60):
        client.post("/accounts/login/", {"login": f"not an address {number}"})
    response = client.post("/accounts/login/", {})
    assert response.status_code == 429
    assert "Too many requests" in response.content.decode()


def test_it_works_without_a_client_address(client, alice):
    """As behind a Unix socket without a proxy."""
    form = {"login": "alice@example.com", "password": PASSWORD}
    assert client.post("/accounts/login/", form, REMOTE_ADDR="").url == "/"


def test_the_site_is_in_the_language_of_the_account_afterwards(client):
    make_user(language="de")
    log_in(client)
    assert client.cookies[django_settings.LANGUAGE_COOKIE_NAME].value == "de"


def test_it_rejects_a_post_without_a_csrf_token(alice):
    response = log_in(Client(enforce_csrf_checks=True))
    assert response.status_code == 403


def test_logging_out_requires_post(client, alice):
    client.force_login(alice)
    assert "Log out?" in client.get("/accounts/logout/").content.decode()
    assert get_user(client) == alice
    assert client.post("/accounts/logout/", follow=True).redirect_chain[-1][0] == "/"
    assert get_user(client).is_anonymous


@pytest.mark.parametrize("trouble", ["redis_unavailable", "redis_hangs"])
class TestWithoutRedis:
    @pytest.fixture(autouse=True)
    def in_trouble(self, trouble, request):
        request.getfixturevalue(trouble)
        started = time.monotonic()
        yield
        assert time.monotonic() - started < 10, "Nobody waits for Redis again and again."

    def test_it_logs_in(self, client, alice):
        assert log_in(client).url == "/"
        assert get_user(client) == alice

    def test_nobody_is_locked_out(self, client, alice):
        for _ in range(8):
            log_in(client, password="wrong")
        log_in(client)
        assert get_user(client) == alice

    def test_it_signs_up(self, client, mailoutbox):
        form = {"email": "new@example.com", "password1": PASSWORD}
        response = client.post("/accounts/signup/", form)
        code = code_in(mailoutbox[0])
        assert client.post(response.url, {"code": code}).url == "/"
        assert get_user(client).email == "new@example.com"
