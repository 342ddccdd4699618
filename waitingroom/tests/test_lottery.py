"""The draw: uniform, repeatable and verifiable."""

import hashlib
import hmac
import random
import subprocess
import sys
from collections import Counter
from html import unescape

import pytest
from django.urls import reverse

from waitingroom import lottery
from waitingroom.models import new_seed
from waitingroom.queue_tokens import read_token, sign_token

from .factories import join_queue, make_room, open_due

# The 99.9 % point of chi-square with 99 degrees of freedom.
LIMIT = 148.23


def chi_square(counts, expected):
    return sum((count - expected) ** 2 / expected for count in counts)


def seeds():
    """Return always the same seeds, each as long as a real one."""
    draw = random.Random(1894)
    return [f"{draw.getrandbits(256):064x}" for _ in range(3)]


@pytest.mark.parametrize("seed", seeds())
def test_draw_numbers_are_uniform(seed, settings):
    settings.SECRET_KEY = "the same in each checkout, as the seeds are"
    people = 100_000
    positions = [
        lottery.position(seed, lottery.draw_id(1, f"visitor:{number}"), people)
        for number in range(people)
    ]
    counts = Counter((position - 1) * 100 // people for position in positions)
    assert min(positions) >= 1 and max(positions) <= people
    assert chi_square([counts[bucket] for bucket in range(100)], people / 100) < LIMIT


def test_the_uniformity_test_detects_a_biased_draw():
    """The control: draw numbers that favour early visitors by one per cent are detected."""
    draw = random.Random(1894)
    counts = Counter(int(100 * draw.random() ** 1.03) for _ in range(100_000))
    assert chi_square([counts[bucket] for bucket in range(100)], 1000) > LIMIT


def test_joining_early_gives_no_advantage():
    seed, people = seeds()[0], 20_000
    places = [lottery.draw_number(seed, lottery.draw_id(1, f"visitor:{n}")) for n in range(people)]
    first, last = places[: people // 2], places[people // 2 :]
    # The mean of 10,000 fair draw numbers is within 1 % of the middle, except once in thousands of
    # draws.
    assert sum(first) / len(first) / 2**63 == pytest.approx(1, abs=0.02)
    assert sum(last) / len(last) / 2**63 == pytest.approx(1, abs=0.02)


def test_the_order_does_not_depend_on_the_number_of_participants():
    seed = seeds()[0]
    names = [lottery.draw_id(1, number) for number in range(500)]
    orders = [
        sorted(
            names,
            key=lambda name: (lottery.position(seed, name, drawn), lottery.draw_number(seed, name)),
        )
        for drawn in (10, 500, 10_000_000)
    ]
    assert orders[0] == orders[1] == orders[2]


def test_anyone_can_verify_the_draw():
    seed, name, people = new_seed(), lottery.draw_id(7, "visitor:alice"), 1234
    digest = hmac.new(seed.encode(), name.encode(), hashlib.sha256).digest()
    expected = 1 + (int.from_bytes(digest[:8], "big") * people >> 64)
    assert lottery.position(seed, name, people) == expected


@pytest.mark.django_db(transaction=True)
class TestInARoom:
    def test_a_visitor_always_has_the_same_draw_number(self):
        room = make_room(gathering=True)
        visitor, first = join_queue(room)
        _visitor, again = join_queue(room, visitor=visitor)
        open_due(room)
        lane = room.lanes.get()
        assert first.position_in(room, lane) == again.position_in(room, lane)

    def test_an_account_has_one_draw_number_on_all_devices(self):
        from shows.tests.factories import make_user

        room, user = make_room(gathering=True), make_user()
        (_desk, one), (_phone, two) = join_queue(room, user=user), join_queue(room, user=user)
        assert one.draw_id == two.draw_id and one.owner != two.owner

    def test_another_performance_has_another_draw(self):
        room, other = make_room(gathering=True), make_room(gathering=True)
        visitor, one = join_queue(room)
        _visitor, two = join_queue(other, visitor=visitor)
        assert one.draw_id != two.draw_id

    def test_the_seed_matches_its_commitment(self):
        room = make_room(gathering=True)
        commitment = room.commitment
        open_due(room)
        assert hashlib.sha256(room.seed.encode()).hexdigest() == commitment

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_the_program_on_the_page_computes_the_same(self, client, language):
        room = make_room(gathering=True)
        _visitor, token = join_queue(room)
        open_due(room)
        lane = room.lanes.get()
        url = reverse("waitingroom:verify", args=[room.pk])
        html = client.get(f"{url}?id={token.draw_id}", headers={"accept-language": language}).text
        program = unescape(html.partition('tabindex="0"><code>')[2].partition("</code>")[0])
        run = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        numbers = [
            str(lottery.draw_number(room.seed, token.draw_id)),
            str(token.position_in(room, lane)),
        ]
        assert run.stdout.split() == [room.commitment, *numbers]
        assert "lot" not in program

    def test_later_visitors_follow_all_participants_in_order_of_joining(self):
        room = make_room(gathering=True)
        early = [join_queue(room)[1] for _ in range(40)]
        open_due(room)
        late = [join_queue(room)[1] for _ in range(40)]
        lane = room.lanes.get()
        drawn = [place.position_in(room, lane) for place in early]
        queued = [place.position_in(room, lane) for place in late]
        assert max(drawn) <= 40 < queued[0]
        assert queued == list(range(41, 81))

    def test_a_token_keeps_the_position(self):
        room = make_room(gathering=True)
        visitor, place = join_queue(room)
        token = sign_token(place)
        assert read_token(token, performance_id=room.pk, visitor=visitor) == place
