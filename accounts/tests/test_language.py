"""The language switch in the footer."""

import pytest
from django.test import Client

from accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db

ADDRESS = "/accounts/language/"


def choose(client, language, **headers):
    return client.post(ADDRESS, {"language": language}, **headers)


def test_a_guest_chooses_the_language(client):
    assert '<button class="btn btn-link btn-sm" name="language" value="de" lang="de">Deutsch<' in (
        client.get("/venues/").content.decode()
    )
    response = choose(client, "de", headers={"referer": "http://testserver/venues/"})
    assert response.url == "http://testserver/venues/"
    page = client.get("/venues/").content.decode()
    assert 'lang="de"' in page and "Spielstätten" in page
    assert 'value="en" lang="en">English<' in page


def test_it_is_kept_with_the_account(client):
    user = make_user(language="en")
    client.force_login(user)
    choose(client, "de")
    user.refresh_from_db()
    assert user.language == "de"


def test_it_leads_from_a_form_with_errors_to_its_page(client):
    """Without JavaScript that page has the address of the form, which answers to no GET."""
    response = choose(client, "de", headers={"referer": "http://testserver/queue/7/join/"})
    assert response.url == "http://testserver/queue/7/join/"
    opened = client.get(response.url, headers={"sec-fetch-mode": "navigate"})
    assert opened.url == "/queue/7/"
    assert client.get(response.url).status_code == 405


@pytest.mark.parametrize("referer", ["https://evil.example/venues/", "javascript:alert(1)", ""])
def test_it_leads_to_no_other_site(client, referer):
    assert choose(client, "de", headers={"referer": referer}).url == "/"


@pytest.mark.parametrize("language", ["", "xx", "de\x00", "../de"])
def test_an_unknown_language_is_refused(client, language):
    assert choose(client, language).status_code == 400


def test_other_sites_cannot_change_it():
    client = Client(enforce_csrf_checks=True)
    assert choose(client, "de", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert choose(client, "de", headers={"sec-fetch-site": "same-origin"}).status_code == 302


def test_it_is_a_post(client):
    assert client.get(ADDRESS).status_code == 405
