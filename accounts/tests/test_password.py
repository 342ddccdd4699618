import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User

from .factories import PASSWORD, code_in, make_user

pytestmark = pytest.mark.django_db

NEW = "a quite different one"


def ask(client, email="alice@example.com", **fields):
    return client.post("/accounts/password/reset/", {"email": email, **fields})


def test_it_sets_a_new_password_with_a_code_and_returns_to_the_basket(client, alice, mailoutbox):
    response = ask(client, next="/basket/abc/")
    assert response.url == "/accounts/password/reset/confirm/?next=%2Fbasket%2Fabc%2F"
    form = {"code": code_in(mailoutbox[0]), "next": "/basket/abc/"}
    response = client.post("/accounts/password/reset/confirm/", form)
    assert response.url == "/accounts/password/reset/complete/?next=%2Fbasket%2Fabc%2F"
    page = client.get(response.url).content.decode()
    assert '<input type="hidden" name="next" value="/basket/abc/">' in page

    form = {"password1": NEW, "password2": NEW, "next": "/basket/abc/"}
    response = client.post("/accounts/password/reset/complete/", form)
    assert response.url == "/basket/abc/"
    assert get_user(client) == alice
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert mailoutbox[1].subject == "Your password was changed"


def test_the_response_is_the_same_for_an_address_without_an_account(client, alice, mailoutbox):
    known = ask(client)
    known_page = client.get(known.url).content.decode()
    client.cookies.clear()
    unknown = ask(client, "nobody@example.com")
    unknown_page = client.get(unknown.url).content.decode()
    assert unknown.url == known.url
    assert "We e-mailed a code to <strong>alice@example.com</strong>" in known_page
    assert "We e-mailed a code to <strong>nobody@example.com</strong>" in unknown_page
    assert mailoutbox[1].to == ["nobody@example.com"]
    assert "there is no account with this address" in mailoutbox[1].body
    for text in (mailoutbox[1].body, mailoutbox[1].alternatives[0][0]):
        assert "because your address was entered on our website" in text
        assert "because of an account" not in text


def test_nobody_can_set_a_password_without_the_code(client, alice):
    ask(client)
    for code in ["", "WRONG"]:
        client.post("/accounts/password/reset/confirm/", {"code": code})
    form = {"password1": NEW, "password2": NEW}
    client.post("/accounts/password/reset/complete/", form)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_it_stops_after_five_wrong_codes(client, alice, mailoutbox):
    ask(client)
    for _ in range(5):
        client.post("/accounts/password/reset/confirm/", {"code": "WRONG"})
    form = {"code": code_in(mailoutbox[0])}
    assert client.post("/accounts/password/reset/confirm/", form).url == "/accounts/login/"


def test_it_verifies_the_address_too(client, mailoutbox):
    user = make_user(is_verified=False)
    ask(client)
    client.post("/accounts/password/reset/confirm/", {"code": code_in(mailoutbox[0])})
    client.post("/accounts/password/reset/complete/", {"password1": NEW, "password2": NEW})
    assert EmailAddress.objects.get(user=user).verified
    assert get_user(client) == user


def test_it_works_for_an_account_created_by_staff_without_a_password(client, mailoutbox):
    user = User.objects.create_user("staff@example.com")
    ask(client, "staff@example.com")
    client.post("/accounts/password/reset/confirm/", {"code": code_in(mailoutbox[0])})
    client.post("/accounts/password/reset/complete/", {"password1": NEW, "password2": NEW})
    assert get_user(client) == user


def test_it_allows_five_requests_an_hour_for_one_address(client, alice, mailoutbox):
    for _ in range(5):
        ask(client)
    assert ask(client).status_code == 429
    assert len(mailoutbox) == 5


def test_it_changes_the_password_given_the_old_one(client, alice, mailoutbox):
    client.force_login(alice)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/accounts/password/change/", form).url == "/accounts/profile/"
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert get_user(client) == alice
    assert [email_message.subject for email_message in mailoutbox] == ["Your password was changed"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"oldpassword": "wrong"}, "Your current password is incorrect."),
        ({"password2": "another"}, "You must type the same password each time."),
        ({"password1": "short", "password2": "short"}, "This password is too short."),
    ],
)
def test_it_rejects_an_invalid_change(client, alice, fields, error):
    client.force_login(alice)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, **fields}
    response = client.post("/accounts/password/change/", form)
    assert escape(error) in response.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_an_account_without_a_password_can_set_one(client):
    user = make_user(password=None)
    client.force_login(user)
    assert client.get("/accounts/password/change/").url == "/accounts/password/set/"
    assert "have a password yet" in client.get("/accounts/password/set/").content.decode()
    client.post("/accounts/password/set/", {"password1": NEW, "password2": NEW})
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_other_accounts_cannot_open_the_change(client):
    response = client.get("/accounts/password/change/")
    assert response.url == "/accounts/login/?next=/accounts/password/change/"


def ask_from(home, email="alice@example.com"):
    return ask(Client(REMOTE_ADDR=home), email)


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_a_household_can_request_a_few_emails_an_hour_to_one_address(alice, mailoutbox, email):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(7):
            response = ask_from("192.0.2.1", email)
            clock.shift(60)
        assert len(mailoutbox) == 5
        assert "We have sent several e-mails" in response.content.decode()
        assert ask_from("198.51.100.7", email).status_code == 302, "Others may still ask."
        assert len(mailoutbox) == 6
        clock.shift(3600)
        assert ask_from("192.0.2.1", email).status_code == 302


def test_all_households_together_can_request_a_few_more(alice, mailoutbox):
    for number in range(12):
        ask_from(f"198.51.100.{number}")
    assert len(mailoutbox) == 10


def test_strangers_cannot_use_up_the_limit_of_the_owner(client, alice, mailoutbox):
    client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    client.post("/accounts/logout/")
    for number in range(12):
        ask_from(f"198.51.100.{number}")
        ask_from("127.0.0.1")
    mailoutbox.clear()
    assert ask(client).status_code == 302
    assert len(mailoutbox) == 1


def test_the_emails_of_sign_ups_to_one_address_are_limited_too(alice, mailoutbox):
    form = {"email": alice.email, "password1": NEW}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(8):
            response = Client().post("/accounts/signup/", form)
            clock.shift(60)
    assert len(mailoutbox) == 5
    assert "We have sent several e-mails" in response.content.decode()
