"""The customers who buy through the API, against the real application."""

import asyncio

import pytest

from bookings.models import Hold, Order, Ticket
from bookings.tests.factories import make_sale
from tools.bench.api_clients import ApiClient, buy, log_in
from tools.bench.connections import ConnectionPool
from tools.bench.recorder import Recorder
from tools.bench.scenarios.api import PASSWORD, make_people

from .threads import in_thread

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_account_buys_through_the_api_and_repeats_are_harmless(live_server):
    (email,), _key = make_people(1)
    recorder = Recorder()
    outcome = in_thread(asyncio.run, _buy(live_server, recorder, email, make_sale().pk))
    order = Order.objects.get()
    assert outcome == "bought"
    assert (order.status, order.user.email) == ("paid", email)
    assert recorder.bought == {order.reference: Ticket.objects.count()} == {order.reference: 2}
    assert Hold.objects.count() == 1
    assert set(recorder.steps) == {
        "log in",
        "availability",
        "hold",
        "hold, sent again",
        "order",
        "pay",
        "tickets",
    }
    assert not recorder.errors


def test_a_guest_buys_through_the_api_and_repeats_are_harmless(live_server):
    recorder = Recorder()
    assert in_thread(asyncio.run, _buy(live_server, recorder, None, make_sale().pk)) == "bought"
    assert Hold.objects.count() == 1
    assert recorder.counts["holds sent again, and answered alike"] == 1
    assert not recorder.errors


async def _buy(server, recorder, email, performance_id):
    lines = ConnectionPool((server.thread.host, server.thread.port), most=1)
    try:
        client = ApiClient(lines, recorder)
        if email:
            client = await log_in(lines, recorder, email=email, password=PASSWORD)
        return await buy(client, performance_id, quantity=2, again=True)
    finally:
        lines.close()
