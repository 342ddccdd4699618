"""The page for outages while the database is unavailable, busy or full, with real errors."""

import errno
import logging
import os
from contextlib import closing
from urllib.parse import urlencode

import pytest
from django.db import (
    IntegrityError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
    transaction,
)
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from psycopg.errors import DiskFull

from core.unavailable import outage_of, without_traceback

pytestmark = pytest.mark.django_db(transaction=True)

OURS = {"sec-fetch-site": "same-origin"}
FORM = {"content_type": "application/x-www-form-urlencoded"}


def form(fields):
    return urlencode(fields, doseq=True)


def slow(request):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '20ms'")
        cursor.execute("SELECT pg_sleep(10)")


def locked(request):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '20ms'")
        cursor.execute("SELECT pg_advisory_xact_lock(4711)")
    return HttpResponse("done")


def cut_off(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def careless(request):
    try:
        cut_off(request)
    except OperationalError:
        raise RuntimeError("In the middle of dealing with it.") from None


def full(request):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def broken(request):
    raise IntegrityError("A fault of ours.")


urlpatterns = [
    path("slow/", slow),
    path("locked/", locked),
    path("cut-off/", cut_off),
    path("careless/", careless),
    path("broken/", broken),
    path("full/", full),
    path("", include("concert.urls")),
]
handler500 = "core.unavailable.server_error"


@pytest.fixture
def browser(settings):
    settings.ROOT_URLCONF = __name__
    yield Client(raise_request_exception=False)
    connections.close_all()


@pytest.mark.parametrize(
    ("address", "after", "words"),
    [
        ("/slow/", "2", "We're very busy right now"),
        ("/cut-off/", "5", "We'll be right back"),
        ("/careless/", "5", "We'll be right back"),
    ],
)
def test_it_says_when_to_try_again(browser, address, after, words):
    response = browser.get(address)
    assert (response.status_code, response["Retry-After"]) == (503, after)
    assert response["Cache-Control"] == "no-store"
    page = response.content.decode()
    assert words in page and "Your basket and your tickets are safe" in page
    assert f'href="{address}"' in page


def test_a_lock_timeout_gets_busy_and_later_requests_are_served(browser):
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(4711)")
        assert b"We're very busy right now" in browser.get("/locked/").content
    assert browser.get("/locked/").content == b"done"


def test_the_next_request_has_a_new_connection(browser):
    assert browser.get("/cut-off/").status_code == 503
    close_old_connections()  # As a server does before each request.
    assert browser.get("/").status_code == 200


def test_it_uses_the_language_of_the_visitor(browser):
    response = browser.get("/cut-off/", headers={"accept-language": "de"})
    assert "Ihr Warenkorb und Ihre Tickets sind sicher" in response.content.decode()


def test_other_errors_are_still_errors(browser):
    response = browser.get("/broken/")
    assert response.status_code == 500
    assert "This is our mistake" in response.content.decode()
    assert outage_of(IntegrityError()) is None


def test_a_posted_form_can_be_sent_again_with_one_button(browser):
    typed = {"seat": ["4", "5"], "name": 'Åsa "<b>'}
    page = browser.post("/cut-off/?a=1", form(typed), headers=OURS, **FORM).content.decode()
    assert '<form method="post" action="/cut-off/?a=1">' in page
    assert page.count('name="seat"') == 2
    assert 'name="name" value="Åsa &quot;&lt;b&gt;"' in page


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"seat": "4"}, {"sec-fetch-site": "cross-site"}),
        ({"seat": "4"}, {}),
        ({"login": "a@b.example", "password": "hush"}, OURS),
        ({"note": "x" * 70_000}, OURS),
    ],
)
def test_forms_of_other_sites_secret_and_large_ones_cannot_be_repeated(browser, fields, headers):
    page = browser.post("/cut-off/", form(fields), headers=headers, **FORM).content.decode()
    assert "Your basket and your tickets are safe" in page
    assert "<form" not in page and "hush" not in page


def test_the_api_gets_a_problem_document(browser, monkeypatch):
    monkeypatch.setattr("api.middleware.identify", cut_off)
    response = browser.get("/api/v1/shows")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json()["type"] == "urn:concert:problem:database-unavailable"


def test_a_full_disk_gets_a_message(browser, caplog):
    response = browser.post("/full/", form({"name": "Alice"}), headers=OURS, **FORM)
    assert (response.status_code, response["Retry-After"]) == (507, "60")
    page = response.content.decode()
    assert "Our server is out of disk space" in page and "Nothing was saved." in page
    assert "Your basket and your tickets are safe." not in page
    assert "The disk is full: POST /full/ failed." in caplog.text


def test_a_full_disk_of_the_database_too():
    error = OperationalError()
    error.__cause__ = DiskFull()
    assert outage_of(error) == "full"


def test_another_file_error_is_an_error():
    assert outage_of(FileNotFoundError(errno.ENOENT, "gone")) is None


def test_the_api_gets_a_problem_document_for_a_full_disk(browser, monkeypatch):
    monkeypatch.setattr("api.routes.door.public_keys", lambda: full(None))
    response = browser.get("/api/v1/tickets/public-key")
    assert response.status_code == 507
    assert response.json()["type"] == "urn:concert:problem:disk-full"


def test_it_is_logged_in_one_line_without_a_traceback(browser, caplog):
    with caplog.at_level(logging.ERROR, logger="django.request"):
        browser.get("/slow/")
    line = caplog.records[-1]
    assert without_traceback(line)
    assert line.exc_info is None
    assert "statement timeout" in line.getMessage()
