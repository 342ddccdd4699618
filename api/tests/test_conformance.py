"""The check that all tests of the API make does refuse what is not declared."""

import pytest
from django.test import Client

from api.tests.conformance import check_conformance

pytestmark = pytest.mark.django_db


@pytest.fixture
def shows():
    return Client().get("/api/v1/shows")


def test_it_accepts_what_is_declared(shows):
    check_conformance(shows)


def test_it_refuses_a_header_that_is_not_declared(shows):
    shows.headers["X-New"] = "yes"
    with pytest.raises(AssertionError, match="headers that are not declared: {'X-New'}"):
        check_conformance(shows)


def test_it_refuses_a_status_that_is_not_declared(shows):
    shows.status_code = 302
    with pytest.raises(AssertionError, match="302 is not declared"):
        check_conformance(shows)


def test_it_refuses_another_media_type(shows):
    shows.headers["Content-Type"] = "text/html"
    with pytest.raises(AssertionError, match="is text/html, declared are"):
        check_conformance(shows)


def test_it_refuses_a_body_that_is_not_as_declared(shows):
    shows.json = lambda: {"items": [{"slug": 1}]}
    with pytest.raises(AssertionError, match="GET /api/v1/shows: 200"):
        check_conformance(shows)
