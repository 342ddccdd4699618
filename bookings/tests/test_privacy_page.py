"""/privacy/: the list of cookies."""

import pytest

pytestmark = pytest.mark.django_db


def test_it_lists_the_cookies_and_sets_none(client):
    response = client.get("/privacy/")
    assert "no cookie banner" in response.content.decode()
    assert not response.cookies


def test_every_page_links_to_it(client):
    assert 'href="/privacy/"' in client.get("/terms/").content.decode()
