"""Visitors of a queue ask for an e-mail before their turn."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emails.models import OutboxEmail
from waitingroom.models import Pass, TurnAlert
from waitingroom.tests.factories import join_queue
from waitingroom.turn_alerts import CONFIRM, confirmation_url

from .test_queue import later, make_queue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(client):
    """Return a room, in whose queue the client waits."""
    room = make_queue(capacity=1)
    join_queue(room)
    client.post(f"/queue/{room.pk}/join/")
    later(room)
    return room


def choose(client, room, **data):
    return client.post(f"/queue/{room.pk}/alert/", {"wants": "yes", **data})


def test_a_guest_asks_confirms_by_link_and_changes_their_mind(client, waiting):
    place = f"/queue/{waiting.pk}/place/"
    assert choose(client, waiting, email=" Anna@Example.com")["Location"] == place
    text = client.get(place).content.decode()
    assert "sent a link to anna@example.com" in text
    url = confirmation_url(TurnAlert.objects.get())
    path = re.sub(r"^https?://[^/]+", "", url)
    phone = Client()
    assert "Confirm address" in phone.get(path).content.decode()
    assert not TurnAlert.objects.get().confirmed_at  # Opening it does nothing.
    assert "Your address is confirmed" in phone.post(path).content.decode()
    assert "e-mail anna@example.com about ten minutes" in client.get(place).content.decode()
    assert choose(client, waiting, wants="no")["Location"] == place
    assert not TurnAlert.objects.exists()
    assert phone.get(path).status_code == 404


def test_a_wrong_address_is_refused_beside_the_field(client, waiting):
    response = choose(client, waiting, email="anna@")
    text = response.content.decode()
    assert response.status_code == 422
    assert 'aria-invalid="true"' in text and "Enter a valid e-mail address." in text
    assert not OutboxEmail.objects.exists()


def test_an_address_is_asked_to_confirm_three_times_an_hour_at_most(client, waiting):
    statuses = [choose(client, waiting, email="anna@example.com").status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]
    response = choose(client, waiting, email="ANNA@example.com")
    assert "so that nobody can misuse this form" in response.content.decode()
    assert OutboxEmail.objects.filter(kind=CONFIRM).count() == 3


def test_only_those_who_wait_can_ask(client):
    room = make_queue()
    assert choose(client, room, email="anna@example.com")["Location"] == f"/queue/{room.pk}/"
    assert not TurnAlert.objects.exists()


def test_leaving_the_queue_deletes_the_address(client, waiting):
    choose(client, waiting, email="anna@example.com")
    client.post(f"/queue/{waiting.pk}/leave/")
    assert not TurnAlert.objects.exists()


def test_pages_of_those_who_did_not_ask_make_no_query_for_it(client, waiting):
    place = f"/queue/{waiting.pk}/place/"
    client.get(place)
    with CaptureQueriesContext(connection) as queries:
        client.get(place)
    assert not [query for query in queries if "turnalert" in query["sql"]]
    assert not Pass.objects.exists()
