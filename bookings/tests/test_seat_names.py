"""Seats with the longest names that a plan allows can be sold; labels in large letters."""

import pytest
from django.utils.translation import override

from bookings.models import Ticket
from bookings.templatetags.bookings import nowrap_parts
from venues.drawing import drawing_of
from venues.plans import add_plan_version
from venues.tests.factories import make_venue
from venues.tests.foreign_plans import first_seat, foreign, read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_label_of_a_ticket_has_room_for_them(language):
    document = foreign()
    zone = document["zones"][0]
    zone["name"], zone["rows"][0]["row_number"] = "S" * 80, "R" * 80
    first_seat(document)["seat_number"] = "N" * 40
    plan = add_plan_version(venue=make_venue(), name="Hall", draft=read(document).draft)
    with override(language):
        label = max((seat.label for seat in drawing_of(plan.pk).seats.values()), key=len)
    assert "S" * 80 in label and "R" * 80 in label and "N" * 40 in label
    assert len(label) <= Ticket._meta.get_field("label").max_length


def test_seat_labels_break_only_between_their_parts():
    assert nowrap_parts("Circle <b>, row F") == (
        '<span class="whole">Circle &lt;b&gt;,</span> <span class="whole">row F</span>'
    )
    assert nowrap_parts("Floor") == '<span class="whole">Floor</span>'
