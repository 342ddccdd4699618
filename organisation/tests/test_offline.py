"""GET /worker-<language>.js: the service worker of the site, and the page that it shows."""

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from django.test import Client

from accounts.tests.factories import make_user
from organisation.brand import current_brand
from organisation.offline import offline_page

from .factories import set_organisation

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = ["/worker-en.js", "/tickets/worker-en.js"]


def page_in(path):
    """Return the page in a worker's script, and its headers."""
    script = Client().get(path).content.decode()
    found = json.loads(re.match(r"const OFFLINE = (.*);\n", script).group(1))
    return found["page"], found["headers"]


@pytest.mark.parametrize("path", PATHS)
def test_it_is_the_same_for_everybody_and_cached_for_minutes(path, django_assert_num_queries):
    guest, staff = Client(), Client()
    staff.force_login(make_user(is_staff=True))
    current_brand()
    with django_assert_num_queries(0):
        responses = [browser.get(path) for browser in (guest, staff)]
    assert responses[0].content == responses[1].content
    for response in responses:
        assert response["Content-Type"] == "text/javascript; charset=utf-8"
        assert response["Cache-Control"] == "public, max-age=300"
        assert "Vary" not in response and not response.cookies
    known = {"if-none-match": responses[0]["ETag"]}
    assert guest.get(path, headers=known).status_code == 304


@pytest.mark.parametrize(
    ("language", "title", "direction"),
    [
        ("de", "Keine Verbindung", ""),
        ("fr", "Pas de connexion", ""),
        ("es", "Sin conexión", ""),
    ],
)
def test_the_page_is_in_the_language_of_the_address(language, title, direction):
    page, _headers = page_in(f"/worker-{language}.js")
    assert f'<html lang="{language}"{direction}>' in page
    assert f"<h1>{title}</h1>" in page


def test_a_language_that_the_site_lacks_has_none():
    assert Client().get("/worker-xx.js").status_code == 404
    assert Client().post("/worker-en.js").status_code == 405


def test_the_page_needs_no_other_file_and_allows_nothing_else():
    page, headers = page_in("/worker-en.js")
    assert not re.search(r'(src|srcset)="|url\(|@import', page)
    assert re.findall(r'<link [^>]*href="([^"]*)"', page) == ["data:,"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy
    for element, directive in (("style", "style-src"), ("script", "script-src")):
        [text] = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy


def test_it_has_the_brand_and_a_changed_brand_is_a_new_worker():
    before = Client().get("/worker-en.js")["ETag"]
    organisation = set_organisation(name="Salt & Water", accent="#123456")
    page, _headers = page_in("/worker-en.js")
    day, night = organisation.accents
    assert "<title>No connection · Salt &amp; Water</title>" in page
    assert f"--day:{day};--night:{night}}}" in page
    assert Client().get("/worker-en.js")["ETag"] != before


def test_it_is_small():
    page, _headers = offline_page("en", current_brand())
    assert len(page) < 8_000
