"""Titles broken into lines."""

from itertools import combinations, pairwise
from random import Random

import pytest

from demo.drawing.lettering import lines_of


def unevenness(lines):
    longest = max(map(len, lines))
    return longest, sum((longest - len(line)) ** 2 for line in lines)


@pytest.mark.parametrize("seed", range(40))
def test_no_way_to_break_it_is_more_even(seed):
    dice = Random(seed)
    words = ["m" * dice.choice([1, 2, 3, 3, 5, 8, 13]) for _ in range(dice.randint(2, 9))]
    count = dice.randint(1, len(words))
    ways = [
        [" ".join(words[a:b]) for a, b in pairwise((0, *cuts, len(words)))]
        for cuts in combinations(range(1, len(words)), count - 1)
    ]

    assert lines_of(" ".join(words), count) == min(ways, key=unevenness)


def test_it_has_no_more_lines_than_words():
    assert lines_of("Blue Hour", 5) == ["Blue", "Hour"]


def test_many_words_take_no_longer_than_the_eye():
    words = " ".join(f"Band {n} of the Evening" for n in range(60))

    lines = lines_of(words, 12)

    assert len(lines) == 12
    assert " ".join(lines) == words
