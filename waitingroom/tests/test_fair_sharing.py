"""Fair sharing between lanes: by weight, without starving any."""

import random

import pytest

from waitingroom.fair_sharing import Share, share_by_priority, share_by_weight


def run(lanes, turns, chunk=1):
    """Make that many admissions, `chunk` at a time; return the keys of the lanes in order."""
    turn, order = 0.0, []
    for _ in range(turns // chunk):
        before = [lane.admitted for lane in lanes]
        turn = share_by_weight(lanes, chunk, turn)
        for lane, number in zip(lanes, before, strict=True):
            order += [lane.lane] * (lane.admitted - number)
    return order


def lane(key, weight, waiting=10**9):
    return Share(key, weight, waiting, 0.0)


@pytest.mark.parametrize("weights", [(4, 1), (10, 3, 1), (100, 1), (1, 1, 1), (7, 5, 3, 2)])
@pytest.mark.parametrize("chunk", [1, 37, 400])
def test_each_lane_gets_its_weight_within_five_per_cent(weights, chunk):
    lanes = [lane(number, weight) for number, weight in enumerate(weights)]
    run(lanes, 40_000, chunk)
    for one, weight in zip(lanes, weights, strict=True):
        assert one.admitted == pytest.approx(40_000 * weight / sum(weights), rel=0.05, abs=chunk)


def test_no_lane_starves_beside_a_heavy_one():
    order = run([lane("vip", 100), lane("regular", 1)], 2000)
    places = [number for number, key in enumerate(order) if key == "regular"]
    assert places[0] <= 101
    assert max(b - a for a, b in zip(places, places[1:], strict=False)) <= 102


def test_the_heavier_lane_goes_first():
    assert run([lane("regular", 1), lane("vip", 4)], 4)[0] == "vip"


def test_an_empty_lane_saves_no_credit():
    regular, vip = lane("regular", 1), lane("vip", 1, waiting=0)
    turn = share_by_weight([regular, vip], 1000, 0.0)
    vip.waiting = 10**9
    regular.admitted = vip.admitted = 0
    share_by_weight([regular, vip], 100, turn)
    assert vip.admitted == pytest.approx(50, abs=2)


def test_unused_shares_go_to_the_other_lanes():
    lanes = [lane("vip", 9, waiting=5), lane("regular", 1, waiting=100)]
    share_by_weight(lanes, 50, 0.0)
    assert [one.admitted for one in lanes] == [5, 45]


def test_it_never_admits_more_than_wait_or_are_allowed():
    draw = random.Random(7)
    for _ in range(300):
        lanes = [lane(n, draw.randint(1, 9), draw.randint(0, 30)) for n in range(4)]
        free = draw.randint(0, 80)
        share_by_weight(lanes, free, draw.random() * 5)
        assert all(0 <= one.admitted <= one.waiting for one in lanes)
        assert sum(one.admitted for one in lanes) == min(free, sum(one.waiting for one in lanes))


def test_by_priority_equal_lanes_take_turns_and_the_rest_goes_to_the_next_weight():
    lanes = [lane("regular", 1, 100), lane("vip", 5, 7), lane("press", 5, 100)]
    share_by_priority(lanes, 20, 0.0)
    assert [one.admitted for one in lanes] == [0, 7, 13]
    lanes = [lane("regular", 1, 100), lane("vip", 5, 7), lane("press", 5, 4)]
    share_by_priority(lanes, 20, 0.0)
    assert [one.admitted for one in lanes] == [9, 7, 4]
