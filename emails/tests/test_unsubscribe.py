import pytest
from django.test import Client

from emails.consents import accepts_email
from emails.models import OptOut
from emails.opt_outs import opt_out, unsubscribe_headers, unsubscribe_url

pytestmark = pytest.mark.django_db

ADDRESS = "guest@example.com"
REMINDER = "reminder"


@pytest.fixture
def url(settings):
    return unsubscribe_url(email=ADDRESS, kind=REMINDER).removeprefix(settings.SITE_URL)


def test_opening_the_link_changes_nothing(client, url):
    response = client.get(url)
    assert response.status_code == 200
    assert ADDRESS in response.content.decode()
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"].count("no-store")
    assert not OptOut.objects.exists()


def test_a_mail_program_unsubscribes_with_one_click(url):
    headers = unsubscribe_headers(email=ADDRESS, kind=REMINDER)
    assert headers["List-Unsubscribe"].startswith("<http")
    assert headers["List-Unsubscribe"].endswith(f"{url}>")
    field, _, value = headers["List-Unsubscribe-Post"].partition("=")
    mail_program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        response = mail_program.post(url, {field: value})
        assert (response.status_code, response.content) == (200, b"")
    assert not accepts_email(email=ADDRESS, kind=REMINDER)


def test_the_page_unsubscribes_without_a_cookie(url):
    browser = Client(enforce_csrf_checks=True)
    response = browser.post(url, {"wants": "no"}, follow=True)
    assert not accepts_email(email=ADDRESS, kind=REMINDER)
    assert "You have unsubscribed from “Reminders”." in response.content.decode()


def test_the_page_subscribes_again(client, url):
    opt_out(email=ADDRESS, kind=REMINDER)
    response = client.post(url, {"wants": "yes"}, follow=True)
    assert accepts_email(email=ADDRESS, kind=REMINDER)
    assert "Unsubscribe from “Reminders”?" in response.content.decode()


@pytest.mark.parametrize("token", ["forged", "W10:1abc:forged"])
def test_a_forged_link_is_not_found(client, token):
    for method in (client.get, client.post):
        assert method(f"/emails/unsubscribe/{token}/").status_code == 404


def test_it_refuses_a_token_signed_for_another_purpose(client):
    from django.core import signing

    token = signing.dumps([ADDRESS, REMINDER], salt="something.else")
    assert client.post(f"/emails/unsubscribe/{token}/", {"wants": "no"}).status_code == 404
    token = signing.dumps([ADDRESS, "confirmation"], salt="emails.opt-out")
    assert client.post(f"/emails/unsubscribe/{token}/", {"wants": "no"}).status_code == 404


def test_it_refuses_other_methods(client, url):
    assert client.put(url).status_code == 405
