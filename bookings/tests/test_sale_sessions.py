"""The pages of a performance with a queue: prices for everybody, forms for those called in."""

import re

import pytest
from django.test import Client

from waitingroom.models import Pass, WaitingRoom
from waitingroom.sessions import COOKIE
from waitingroom.tests.factories import make_room

from .factories import make_sale, seats_of, standing
from .test_queue import address, later, make_queue, post, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room():
    return make_queue()


def page_of(client, room, query=""):
    return client.get(f"/performances/{room.pk}/{query}")


def call_in(client, room):
    """Have the client join, wait and enter."""
    post(client, room, "join/")
    later(room)
    client.get(address(room, "status"))
    return post(client, room, "enter/")


def has_forms(text):
    return "Find seats" in text and "data-buy-bar" in text


def test_those_not_called_see_prices_and_seats_but_no_forms(client, room):
    text = text_of(page_of(client, room))
    assert "€45" in text and "Go to the queue" in text
    assert 'class="seat' in text
    assert "<form" not in re.sub(r'<form class="(search|languages|seats-form)"', "", text)
    assert not has_forms(text)


def test_what_is_left_has_names_and_numbers_in_the_visitors_language(client):
    performance = make_sale(sections=[standing(category="Student", capacity=1200)])
    room = make_room(performance=performance)
    text = text_of(client.get(address(room), headers={"accept-language": "de"}))
    assert re.search(r'data-category-left="1200" data-name="Studierende[^"]*">1\.200<', text)


def test_whoever_is_called_in_gets_forms_and_the_time_left(client, room):
    call_in(client, room)
    response = page_of(client, room)
    text = text_of(response)
    assert has_forms(text)
    assert "Go to the queue" not in text
    assert re.search(r"Time left: <span[^>]*>(10:00|9:5\d)<", text)
    assert "Your time ends at" in text  # Without JavaScript.
    assert response["Cache-Control"] == "private, no-store"
    # The page for everybody else is the same as before.
    assert not has_forms(text_of(page_of(Client(), room)))


def test_the_cookie_alone_opens_nothing(client, room):
    client.cookies[COOKIE] = "1"
    assert not has_forms(text_of(page_of(client, room)))
    call_in(Client(), room)
    assert not has_forms(text_of(page_of(client, room)))


def test_the_cookie_belongs_to_one_performance(client, room):
    other = make_queue()
    call_in(client, room)
    assert client.cookies[COOKIE]["path"] == f"/performances/{room.pk}/"
    assert not has_forms(text_of(page_of(client, other)))


def test_the_time_is_extended_once_without_javascript(client, room):
    call_in(client, room)
    assert "Add 5 minutes" in text_of(page_of(client, room))
    referer = f"http://testserver/performances/{room.pk}/?section=x"
    response = post(client, room, "extend/", headers={"referer": referer})
    assert (response.status_code, response["Location"]) == (303, referer)
    text = text_of(page_of(client, room))
    # The countdown shows minutes and seconds.
    assert re.search(r"<span[^>]*data-clock>1[45]:\d\d<", text)
    assert "Add 5 minutes" not in text
    again = post(client, room, "extend/", headers={"referer": "https://evil.example/"})
    assert again["Location"] == f"/performances/{room.pk}/"
    assert "already extended once" in text_of(page_of(client, room))


def test_htmx_replaces_the_banner(client, room):
    call_in(client, room)
    response = post(client, room, "extend/", headers={"hx-request": "true"})
    text = text_of(response)
    assert response.status_code == 200
    assert text.strip().startswith('<section class="sale-session"')
    assert "You&#x27;ve already extended once." in text or "already extended once" in text


def test_a_visitor_without_a_session_extends_nothing(client, room):
    response = post(client, room, "extend/", headers={"hx-request": "true"})
    assert response["HX-Redirect"] == address(room)
    assert not Pass.objects.exists()


def test_it_warns_before_the_end_and_says_when_it_is_over(client, room):
    call_in(client, room)
    later(room, minutes=8, seconds=30)
    text = text_of(page_of(client, room))
    assert "sale-session is-short" in text
    later(room, minutes=3)
    text = text_of(page_of(client, room))
    assert "sale-session is-over" in text
    assert f'href="{address(room, "place/")}">Back to the queue' in text
    assert not has_forms(text)


def test_after_the_end_the_queue_says_how_to_return(client, room):
    call_in(client, room)
    later(room, minutes=11)
    text = text_of(client.get(address(room, "place/")))
    assert "Your time to buy has ended" in text
    assert "ahead of everyone who joins later" in text
    assert post(client, room, "join/")["Location"] == address(room, "place/")
    later(room)
    client.get(address(room, "status"))
    assert client.get(address(room, "place/")).context["progress"].is_admitted
    assert post(client, room, "enter/")["Location"] == f"/performances/{room.pk}/"


def test_a_missed_turn_is_explained_to_the_script_too(client, room):
    post(client, room, "join/")
    later(room)
    client.get(address(room, "status"))
    later(room, minutes=40)
    answer = post(client, room, "enter/", headers={"accept": "application/json"}).json()
    assert answer == {"to": address(room, "place/?ended")}
    assert "You missed your turn" in text_of(client.get(answer["to"]))


def test_the_basket_shows_the_time_to_add_tickets(client, room):
    call_in(client, room)
    seats = {"seat": seats_of(room.performance, "A1", "A2")}
    basket = client.post(f"/performances/{room.pk}/hold/", seats)["Location"]
    assert "You can still add tickets." in text_of(client.get(basket))
    later(room, minutes=11)
    text = text_of(client.get(basket))
    assert "You can still add tickets." not in text


def test_in_automatic_mode_a_pass_given_without_queueing_counts_once_there_is_a_queue(client):
    room = make_queue(mode=WaitingRoom.Mode.AUTOMATIC, capacity=1)
    text = text_of(page_of(client, room))
    assert has_forms(text) and "sale-session" not in text
    client.post(f"/performances/{room.pk}/hold/", {"best": "1", "quantity": "1"})
    assert COOKIE in client.cookies
    text = text_of(page_of(client, room))
    assert has_forms(text) and 'id="sale-session"' not in text
    post(Client(), room, "join/")
    later(room)
    client.get(address(room, "status"))
    later(room)
    text = text_of(page_of(client, room))
    assert has_forms(text) and 'id="sale-session"' in text
    assert not has_forms(text_of(page_of(Client(), room)))
