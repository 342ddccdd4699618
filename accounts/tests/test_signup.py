import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.core.cache import cache

from accounts.forms import SignupForm
from accounts.models import User

from .factories import code_in, make_user

pytestmark = pytest.mark.django_db

FORM = {"email": "New@Example.com", "password1": "correct horse battery", "name": "Nell"}


def sign_up(client, **fields):
    return client.post("/accounts/signup/", {**FORM, **fields})


def test_the_account_is_logged_in_once_the_address_is_verified(client, mailoutbox):
    response = sign_up(client)
    assert response.url == "/accounts/confirm-email/"
    user = User.objects.get(email="new@example.com")
    assert (user.name, user.language) == ("Nell", "en")
    assert get_user(client).is_anonymous

    response = client.post(response.url, {"code": code_in(mailoutbox[0])})
    assert response.url == "/"
    assert get_user(client) == user
    page = client.get("/accounts/profile/").content.decode()
    assert "Welcome, Nell." in page
    assert "is your address" not in page
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == ("new@example.com", True, True)


def test_it_asks_for_email_password_and_optionally_name_and_newsletters(client):
    page = client.get("/accounts/signup/").content.decode()
    fields = set(re.findall(r'<input[^>]* name="([^"]+)"', page)) - {"csrfmiddlewaretoken", "q"}
    boxes = set(re.findall(r'<input type="checkbox" name="([^"]+)"', page))
    assert fields - boxes == {"email", "password1", "name"}
    assert "checked" not in page
    assert sign_up(client, name="").status_code == 302


def test_it_returns_to_the_basket(client, mailoutbox):
    page = client.get("/accounts/signup/?next=/basket/abc/").content.decode()
    assert '<input type="hidden" name="next" value="/basket/abc/">' in page
    sign_up(client, next="/basket/abc/")
    response = client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[0])})
    assert response.url == "/basket/abc/"


def test_it_does_not_redirect_to_other_sites(client, mailoutbox):
    sign_up(client, next="https://evil.example/")
    response = client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[0])})
    assert response.url == "/"


def test_the_account_has_the_language_of_the_page(client, mailoutbox):
    client.cookies["django_language"] = "de"
    sign_up(client)
    assert User.objects.get().language == "de"


def test_the_response_is_the_same_when_the_address_has_an_account(client, mailoutbox):
    make_user("new@example.com")
    fresh = sign_up(client, email="fresh@example.com")
    fresh_page = client.get(fresh.url).content.decode()
    client.cookies.clear()
    taken = sign_up(client)
    taken_page = client.get(taken.url).content.decode()

    assert (taken.status_code, taken.url) == (fresh.status_code, fresh.url)
    assert _without_tokens(taken_page) == _without_tokens(fresh_page).replace("fresh@", "new@")
    assert [email_message.to for email_message in mailoutbox] == [
        ["fresh@example.com"],
        ["new@example.com"],
    ]
    assert mailoutbox[1].subject == "You already have an account"
    assert User.objects.filter(email="new@example.com").count() == 1


def test_it_gives_no_access_to_an_existing_account(client):
    make_user("new@example.com")
    sign_up(client)
    response = client.post("/accounts/confirm-email/", {"code": ""})
    assert response.status_code == 200
    for guess in ["A", "AAAA-AAAA", "None", "AAAA-AAAA", "AAAA-AAAA"]:
        client.post("/accounts/confirm-email/", {"code": guess})
    assert get_user(client).is_anonymous


def test_it_takes_as_long_when_the_address_has_an_account(client, monkeypatch):
    make_user("new@example.com")
    hashed = []
    monkeypatch.setattr("accounts.forms.make_password", hashed.append)
    sign_up(client)
    assert hashed == [FORM["password1"]]


def test_the_response_is_the_same_when_two_sign_up_at_once(client, mailoutbox, monkeypatch):
    """Both have passed the form's check; the database accepts one of them."""
    monkeypatch.setattr(SignupForm, "validate_unique_email", lambda form, value: value)
    make_user("new@example.com")
    response = sign_up(client)
    assert response.url == "/accounts/confirm-email/"
    assert [email_message.subject for email_message in mailoutbox] == [
        "You already have an account"
    ]


def test_no_account_remains_without_an_address(client, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("The power went.")

    monkeypatch.setattr("allauth.account.forms.setup_user_email", fail)
    with pytest.raises(OSError, match="power"):
        sign_up(client)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"password1": "short"}, {"password1": "password123"}, {"email": "no address"}]
)
def test_it_rejects_weak_passwords_and_invalid_addresses(client, fields):
    response = sign_up(client, **fields)
    assert response.status_code == 200
    assert "invalid-feedback" in response.content.decode()
    assert not User.objects.exists()


def test_it_sends_another_code_and_the_old_one_stops_working(client, mailoutbox):
    sign_up(client)
    cache.clear()  # As if ten seconds had passed, the minimum between two e-mails.
    client.post("/accounts/confirm-email/", {"action": "resend"})
    old, new = (code_in(email_message) for email_message in mailoutbox)
    client.post("/accounts/confirm-email/", {"code": old})
    assert get_user(client).is_anonymous
    client.post("/accounts/confirm-email/", {"code": new})
    assert get_user(client).is_authenticated


def test_it_stops_after_five_wrong_codes(client, mailoutbox):
    sign_up(client)
    for _ in range(5):
        client.post("/accounts/confirm-email/", {"code": "WRONG-CODE"})
    client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[0])})
    assert get_user(client).is_anonymous


def test_it_says_that_no_email_is_sent_where_that_is_so(client, settings):
    sign_up(client)
    settings.EMAIL_URL = ""
    assert "No mail server is set up" in client.get("/accounts/confirm-email/").content.decode()
    settings.EMAIL_URL = "smtp://mail.example"
    page = client.get("/accounts/confirm-email/").content.decode()
    assert "No mail server is set up" not in page


def _without_tokens(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
