"""Entrances of a venue, section by section."""

import pytest
from django.core.exceptions import ValidationError

from venues.entrances import check_entrances
from venues.models import Venue

TEXT = "Balcony: Entrance B\n\nGate: North : Gate 3\nMain entrance\n"


@pytest.mark.parametrize(
    ("section", "entrance"),
    [
        ("Balcony", "Entrance B"),
        ("BALCONY", "Entrance B"),
        ("Gate: North", "Gate 3"),
        ("Stalls", "Main entrance"),
    ],
)
def test_a_section_has_its_own_entrance_or_that_of_all_others(section, entrance):
    check_entrances(TEXT)
    assert Venue(entrances=TEXT).entrance_of(section) == entrance


def test_without_a_line_there_is_none():
    assert Venue().entrance_of("Stalls") == ""
    assert Venue(entrances="Balcony: B").entrance_of("Stalls") == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Balcony:", "Enter an entrance after “Balcony:”."),
        ("A: 1\na: 2", "“a” has two entrances."),
        ("Main\nSide", "Name each section."),
        ("A: " + "x" * 61, "too long: at most 60"),
    ],
)
def test_it_refuses_what_it_cannot_assign(text, message):
    with pytest.raises(ValidationError, match=message):
        check_entrances(text)
