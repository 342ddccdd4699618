"""Answers that are given again before Django is asked."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse, HttpResponseNotFound

from bookings.tests.factories import make_sale
from core import response_cache
from core.response_cache import given_again, may_be_given_again
from waitingroom.tests.factories import make_room


class House:
    """A WSGI application that counts how often it is asked, with this module before it."""

    def __init__(self):
        self.asked, self.status, self.get_or_build = 0, 200, 10.0
        self.application = given_again(self.answer)

    def answer(self, environ, start_response):
        self.asked += 1
        if self.status == 404:
            response = HttpResponseNotFound()
        else:
            response = HttpResponse(f"answer {self.asked}", content_type="application/json")
            response["ETag"], response["Cache-Control"] = f'W/"{self.asked}"', "public"
            if self.get_or_build:
                may_be_given_again(
                    SimpleNamespace(META=environ),
                    until=response_cache.time.monotonic() + self.get_or_build,
                )
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items()])
        return response

    def get(self, path="/status", *, method="GET", **headers):
        """Return (status, headers, body)."""
        told = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "wsgi.url_scheme": "http",
            **headers,
        }
        result = self.application(environ, lambda *what: told.append(what))
        return told[0][0], dict(told[0][1]), b"".join(result)


@pytest.fixture
def house():
    return House()


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still at the beginning of a second; `clock.now` moves it."""
    clock = SimpleNamespace(now=1000.0)
    clock.time = clock.monotonic = lambda: clock.now
    monkeypatch.setattr(response_cache, "time", clock)
    return clock


def bodies(house, number, **asked):
    return [house.get(**asked)[2] for _ in range(number)]


def test_the_view_is_asked_once_a_second(house, clock):
    # The first time it is not yet known that the path is one of those.
    assert bodies(house, 4) == [b"answer 1", b"answer 2", b"answer 2", b"answer 2"]
    clock.now += 0.99
    assert bodies(house, 1) == [b"answer 2"]
    clock.now += 0.02
    assert bodies(house, 2) == [b"answer 3", b"answer 3"]


def test_an_answer_ends_with_the_second_of_the_clock(house, clock):
    clock.now += 0.7
    bodies(house, 2)
    clock.now += 0.31
    assert bodies(house, 1) == [b"answer 3"]


def test_an_answer_is_not_given_longer_than_it_is_fresh(house, clock):
    house.get_or_build = 0.5
    assert bodies(house, 3) == [b"answer 1", b"answer 2", b"answer 2"]
    clock.now += 0.51
    assert bodies(house, 1) == [b"answer 3"]


def test_what_is_not_marked_is_never_given_again(house, clock):
    house.get_or_build = None
    assert bodies(house, 3) == [b"answer 1", b"answer 2", b"answer 3"]


def test_it_comes_with_all_its_headers(house, clock):
    first, again = [house.get() for _ in range(3)][1:]
    assert again == first
    assert again[1]["Cache-Control"] == "public"


def test_whoever_has_it_is_told_so(house, clock):
    bodies(house, 2)
    status, headers, body = house.get(HTTP_IF_NONE_MATCH='W/"2"')
    assert (status, body, headers["ETag"]) == ("304 Not Modified", b"", 'W/"2"')
    assert headers["Cache-Control"] == "public"
    assert "Content-Type" not in headers
    assert house.get(HTTP_IF_NONE_MATCH='W/"1"')[0] == "200 OK"
    assert house.asked == 2


def test_those_who_have_it_already_make_it_for_the_others(house, clock):
    bodies(house, 2)
    clock.now += 1
    assert house.get(HTTP_IF_NONE_MATCH='W/"3"')[0] == "304 Not Modified"
    assert bodies(house, 1) == [b"answer 3"]


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/other"},
        {"HTTP_ACCEPT_ENCODING": "br, gzip"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"wsgi.url_scheme": "https"},
        {"method": "HEAD"},
        {"method": "POST"},
    ],
)
def test_what_may_be_answered_otherwise_is_apart(house, clock, other):
    bodies(house, 2)
    house.get(**other)
    assert house.asked == 3


def test_what_is_gone_is_gone_at_the_next_second(house, clock):
    bodies(house, 2)
    house.status = 404
    clock.now += 1
    assert house.get()[0] == "404 Not Found"
    house.status = 200
    assert bodies(house, 3) == [b"answer 4", b"answer 5", b"answer 5"]


def test_only_so_many_are_kept(house, clock, monkeypatch):
    monkeypatch.setattr(response_cache, "KEPT_AT_MOST", 2)
    for path in ("/1", "/2", "/3"):
        bodies(house, 2, path=path)
    assert house.asked == 6
    bodies(house, 2, path="/3")
    assert house.asked == 6
    bodies(house, 2, path="/1")
    assert house.asked == 8


@pytest.mark.django_db(transaction=True)
def test_gunicorn_serves_free_places_and_marks_so(rf):
    from concert.wsgi import application

    performance = make_sale()
    make_room(performance=performance)
    statuses = []

    def is_given_again(path):
        environ = rf._base_environ(PATH_INFO=path)
        result = application(environ, lambda *what: statuses.append(what[0]))
        assert b"".join(result).startswith(b"{")
        # Whatever Django answers can be closed, and tells its signals that a request is over.
        if hasattr(result, "close"):
            result.close()
        return not hasattr(result, "close")

    for path in (f"/performances/{performance.pk}/availability", f"/queue/{performance.pk}/status"):
        # A second may end between any two requests, but not between all.
        assert any(is_given_again(path) for _ in range(50)), path
    assert set(statuses) == {"200 OK"}
