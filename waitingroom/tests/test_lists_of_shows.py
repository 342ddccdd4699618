"""Lists of performances lead to the queue where there is one."""

import pytest

from shows.tests.pages import text

from .factories import join_queue, make_room

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_performance_with_a_queue_has_no_button_for_tickets(client):
    room = make_room()
    join_queue(room)
    page = text(client.get("/"))
    assert "Join the queue: Nachtmusik" in page
    assert "Tickets: Nachtmusik" not in page
