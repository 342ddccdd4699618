"""The customers who buy through the API, against the box office itself."""

import asyncio

import pytest

from bookings.models import Hold, Order, Ticket
from bookings.tests.factories import make_sale
from tools.bench.lines import Lines
from tools.bench.programs import Program, buy, log_in
from tools.bench.scenarios.api import PASSWORD, make_people
from tools.bench.tally import Tally

from .apart import apart

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_account_buys_through_the_api_and_repeats_are_harmless(live_server):
    (email,), _key = make_people(1)
    tally = Tally()
    outcome = apart(asyncio.run, _buy(live_server, tally, email, make_sale().pk))
    order = Order.objects.get()
    assert outcome == "bought"
    assert (order.status, order.user.email) == ("paid", email)
    assert tally.bought == {order.reference: Ticket.objects.count()} == {order.reference: 2}
    assert Hold.objects.count() == 1
    assert set(tally.steps) == {
        "log in",
        "availability",
        "hold",
        "hold, sent again",
        "order",
        "pay",
        "tickets",
    }
    assert not tally.troubles


def test_a_guest_buys_through_the_api_and_repeats_are_harmless(live_server):
    tally = Tally()
    assert apart(asyncio.run, _buy(live_server, tally, None, make_sale().pk)) == "bought"
    assert Hold.objects.count() == 1
    assert tally.counts["holds sent again, and answered alike"] == 1
    assert not tally.troubles


async def _buy(server, tally, email, performance_id):
    lines = Lines((server.thread.host, server.thread.port), most=1)
    try:
        program = Program(lines, tally)
        if email:
            program = await log_in(lines, tally, email=email, password=PASSWORD)
        return await buy(program, performance_id, quantity=2, again=True)
    finally:
        lines.close()
